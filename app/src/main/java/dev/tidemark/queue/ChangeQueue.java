package dev.tidemark.queue;

import dev.tidemark.connector.data.ChangeEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The only buffer between the source and the flush: first in, first out, bounded by changes and by bytes.
 *
 * <p>Invariant 3: a full queue makes the source wait; nothing is dropped. What a flush has taken still counts until it is
 * {@link #release released}, so the bounds hold for everything that is not durable yet. A change larger than a bound
 * enters alone, when nothing else is in the queue.
 *
 * <p>One thread puts (the engine's), one takes (the flush's); any may query it.
 */
public final class ChangeQueue {

    private final int maxChanges;
    private final long maxBytes;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition roomMade = lock.newCondition();
    private final Condition released = lock.newCondition();
    private final ArrayDeque<ChangeEvent> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int flightChanges;
    private long flightBytes;
    private long oldestCommitInFlight;
    private long oldestNanos;
    private boolean producerWaits;
    private boolean hurried;
    private boolean woken;
    private boolean intakeStopped;
    private long entered;
    private long hurriedUpTo;
    private int clearings;

    /**
     * Creates an empty queue.
     *
     * @param maxChanges max number of changes in the queue and in flight together
     * @param maxBytes max number of bytes they may hold together
     */
    public ChangeQueue(int maxChanges, long maxBytes) {
        this.maxChanges = maxChanges;
        this.maxBytes = maxBytes;
    }

    /** Adds the changes in their order, waiting for room as long as it takes. */
    public void put(List<ChangeEvent> events) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (ChangeEvent event : events) {
                awaitRoom(event);
                if (waiting.isEmpty()) {
                    oldestNanos = System.nanoTime();
                }
                waiting.add(event);
                waitingBytes += event.bytes();
                entered++;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom(ChangeEvent event) throws InterruptedException {
        try {
            while (!hasRoomFor(event)) {
                producerWaits = true;
                changed.signal(); // a full queue is due, however small its batch is
                roomMade.await();
            }
        } finally {
            producerWaits = false;
        }
    }

    private boolean hasRoomFor(ChangeEvent event) {
        int changes = waiting.size() + flightChanges;
        if (intakeStopped) {
            return false;
        }
        return changes == 0 || (changes < maxChanges && waitingBytes + flightBytes + event.bytes() <= maxBytes);
    }

    /**
     * Takes the next batch when it is due: it has {@code changes} or {@code bytes}, its oldest change has waited for
     * {@code interval}, the queue is full, or {@linkplain #stopIntake nothing more comes}. It must be
     * {@linkplain #release released} before the next is taken.
     *
     * @param timeout how long to wait for a batch; the answer is empty if none was due by then, and at once if
     *     nothing waits and nothing more comes, or the thread was {@linkplain #wake woken}
     */
    public List<ChangeEvent> take(Duration interval, int changes, long bytes, Duration timeout)
            throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                long now = System.nanoTime();
                long wait = nanosUntilDue(interval, changes, bytes, now);
                if (wait <= 0) {
                    return drain(changes, bytes);
                }
                if (woken) {
                    woken = false;
                    return List.of();
                }
                long left = deadline - now;
                if (left <= 0 || (intakeStopped && waiting.isEmpty())) {
                    return List.of();
                }
                changed.await(Math.min(wait, left), TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets the thread that takes, or takes next, return without a batch if none is due: something else is to be done. */
    public void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether a batch is due now; see {@link #take}. */
    public boolean isDue(Duration interval, int changes, long bytes) {
        lock.lock();
        try {
            return nanosUntilDue(interval, changes, bytes, System.nanoTime()) <= 0;
        } finally {
            lock.unlock();
        }
    }

    private long nanosUntilDue(Duration interval, int changes, long bytes, long now) {
        if (waiting.isEmpty()) {
            return Long.MAX_VALUE;
        }
        boolean due = hurried || producerWaits || entered - waiting.size() < hurriedUpTo;
        if (due || waiting.size() >= changes || waitingBytes >= bytes) {
            return 0;
        }
        return oldestNanos + interval.toNanos() - now;
    }

    private List<ChangeEvent> drain(int changes, long bytes) {
        List<ChangeEvent> batch = new ArrayList<>(Math.min(changes, waiting.size()));
        long taken = 0;
        long oldestCommit = Long.MAX_VALUE;
        while (!waiting.isEmpty() && batch.size() < changes) {
            ChangeEvent next = waiting.element();
            if (!batch.isEmpty() && taken + next.bytes() > bytes) {
                break;
            }
            batch.add(waiting.remove());
            taken += next.bytes();
            oldestCommit = Math.min(oldestCommit, next.commitMillis());
        }
        waitingBytes -= taken;
        flightChanges = batch.size();
        flightBytes = taken;
        oldestCommitInFlight = oldestCommit;
        return batch;
    }

    /** Frees the room of the batch that was taken: it is durable. */
    public void release() {
        lock.lock();
        try {
            flightChanges = 0;
            flightBytes = 0;
            roomMade.signal();
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Frees the room of the batch that was taken, which is not durable and will not become durable here. For callers that wait
     * for it, it was cleared.
     */
    public void abandonInFlight() {
        lock.lock();
        try {
            clearings++;
            release();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Point that the queue had reached at one moment.
     *
     * @param entered how many changes had ever entered
     * @param clearings how often it had been cleared, or a batch of it abandoned
     */
    public record Mark(long entered, int clearings) {}

    /** Returns how many changes have ever entered. */
    public long received() {
        lock.lock();
        try {
            return entered;
        } finally {
            lock.unlock();
        }
    }

    /** Makes all changes that wait now due at once, and returns a mark after the last of them. */
    public Mark flushNow() {
        lock.lock();
        try {
            hurriedUpTo = entered;
            changed.signal();
            return new Mark(entered, clearings);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all that had entered at the mark was taken and released.
     *
     * @return false if the time passed, or the queue was cleared or a batch abandoned since
     */
    public boolean awaitReleased(Mark mark, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (left > 0 && clearings == mark.clearings && entered - waiting.size() - flightChanges < mark.entered) {
                left = released.awaitNanos(left);
            }
            return clearings == mark.clearings && entered - waiting.size() - flightChanges >= mark.entered;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops the intake: from now on nothing enters, and the source waits until it is interrupted. What is in the queue is due at
     * once. For a stop.
     */
    public void stopIntake() {
        lock.lock();
        try {
            intakeStopped = true;
            hurried = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Discards what waits; only between two engines, when the flush is idle and all of it will be sent again.
     *
     * @return how many changes were discarded
     */
    public int clear() {
        lock.lock();
        try {
            int forgotten = waiting.size();
            waiting.clear();
            waitingBytes = 0;
            clearings++;
            roomMade.signal();
            released.signalAll();
            return forgotten;
        } finally {
            lock.unlock();
        }
    }

    /** Returns a copy of the changes that wait now, in their order. */
    public List<ChangeEvent> waiting() {
        lock.lock();
        try {
            return List.copyOf(waiting);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the level of the queue now, changes in flight included. */
    public Level level() {
        lock.lock();
        try {
            long oldest = flightChanges > 0 ? oldestCommitInFlight : Long.MAX_VALUE;
            ChangeEvent head = waiting.peek();
            if (head != null) {
                oldest = Math.min(oldest, head.commitMillis());
            }
            return new Level(
                    waiting.size() + flightChanges,
                    waitingBytes + flightBytes,
                    waiting.size(),
                    oldest == Long.MAX_VALUE ? -1 : oldest);
        } finally {
            lock.unlock();
        }
    }

    public int capacity() {
        return maxChanges;
    }

    public long capacityBytes() {
        return maxBytes;
    }

    /**
     * Fill level of the queue.
     *
     * @param changes waiting and in flight
     * @param bytes held by them
     * @param waiting not yet taken by a flush
     * @param oldestCommitMillis when the oldest of them was committed at the source, -1 if there is none
     */
    public record Level(int changes, long bytes, int waiting, long oldestCommitMillis) {}
}
