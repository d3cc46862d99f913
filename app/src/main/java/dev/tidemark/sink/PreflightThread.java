package dev.tidemark.sink;

import dev.tidemark.connector.Check;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A preflight of a sink that runs alongside that of the source. Its thread has ended when this is closed. For the thread that
 * started it.
 */
public final class PreflightThread implements AutoCloseable {

    private final FutureTask<List<Check>> task;
    private final Thread thread;

    private PreflightThread(FutureTask<List<Check>> task, Thread thread) {
        this.task = task;
        this.thread = thread;
    }

    /** Starts {@link Sink#preflight}. */
    public static PreflightThread start(String pipeline, Sink sink) {
        FutureTask<List<Check>> task = new FutureTask<>(sink::preflight);
        PreflightThread started = new PreflightThread(task, new Thread(task, pipeline + "-preflight"));
        started.thread.start();
        return started;
    }

    /** Waits for the results and returns them, or throws what the preflight has thrown. */
    public List<Check> results() throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e); // a preflight throws nothing else
        }
    }

    /** Interrupts the preflight if it still runs, and waits for its end. An interrupt of the waiting thread is kept. */
    @Override
    public void close() {
        task.cancel(true);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
