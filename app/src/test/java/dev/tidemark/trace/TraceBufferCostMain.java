package dev.tidemark.trace;

import com.sun.management.ThreadMXBean;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** What the trace of one change costs its thread: processor time and allocated bytes, after the ring is full. */
final class TraceBufferCostMain {

    private static final int CHANGES = 5_000_000;

    private TraceBufferCostMain() {}

    public static void main(String[] arguments) {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        TraceBuffer buffer = new TraceBuffer();
        TableId table = new TableId("public", "products");
        ChangeEvent event = new ChangeEvent(new Change.Heartbeat(), 1, 1, null, 0);
        String[] ids = new String[1024]; // as the flush has made them
        for (int i = 0; i < ids.length; i++) {
            ids[i] = String.valueOf(1_000_000 + i);
        }
        for (int round = 0; round < 5; round++) {
            long cpu = thread.getCurrentThreadCpuTime();
            long bytes = thread.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CHANGES; i++) {
                buffer.end(
                        buffer.begin(table, "products", ids[i & 1023], null, Operation.INSERT, null, event),
                        Outcome.UPSERTED);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%.1f ns and %.3f bytes for each change%n",
                    (thread.getCurrentThreadCpuTime() - cpu) / (double) CHANGES,
                    (thread.getCurrentThreadAllocatedBytes() - bytes) / (double) CHANGES);
        }
        long cpu = thread.getCurrentThreadCpuTime();
        for (int i = 0; i < 100; i++) {
            buffer.find(table, "no"::equals, 200);
        }
        System.out.printf(Locale.ROOT, "%.2f ms for a question%n", (thread.getCurrentThreadCpuTime() - cpu) / 1e8);
    }
}
