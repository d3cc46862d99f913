package dev.tidemark.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The threads that read tables. */
public final class ChunkReaders implements AutoCloseable {

    private static final long STOP_MILLIS = 500;

    private final Chunks chunks;
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Creates the threads and starts none.
     *
     * @param readers one for each thread
     * @param failed called with an unforeseen failure, which ends the thread
     */
    public ChunkReaders(
            String pipeline, int count, Chunks chunks, Supplier<ChunkReader> readers, Consumer<Throwable> failed) {
        this.chunks = chunks;
        for (int i = 1; i <= count; i++) {
            ChunkReader reader = readers.get();
            Thread thread = new Thread(() -> run(reader, failed), pipeline + "-load-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    private static void run(ChunkReader reader, Consumer<Throwable> failed) {
        try {
            reader.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end of the service
        } catch (RuntimeException | Error e) {
            failed.accept(e);
        }
    }

    /** Starts the threads. */
    public ChunkReaders start() {
        threads.forEach(Thread::start);
        return this;
    }

    /** Ends the threads; one that waits for the database's answer ends with it. */
    @Override
    public void close() throws InterruptedException {
        chunks.close();
        for (Thread thread : threads) {
            thread.interrupt();
        }
        for (Thread thread : threads) {
            thread.join(STOP_MILLIS);
        }
    }
}
