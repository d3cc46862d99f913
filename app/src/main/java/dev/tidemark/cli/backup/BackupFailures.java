package dev.tidemark.cli.backup;

import dev.tidemark.backup.BackupException;
import dev.tidemark.cli.AdminKey;
import dev.tidemark.connector.SourceException;
import dev.tidemark.sink.SinkException;
import java.io.IOException;

/** Failure messages of backup commands: one line, with what to do. */
final class BackupFailures {

    private BackupFailures() {}

    /** Work of a command; returns its exit code. */
    @FunctionalInterface
    interface Work {
        /** Does it. */
        int run() throws BackupException, SinkException, IOException, InterruptedException;
    }

    /**
     * Does the work.
     *
     * @param failed the exit code of a failure
     * @param afterHint what to do once the database is healthy again; empty if its hint says all
     */
    static int reporting(int failed, String afterHint, Work work) throws InterruptedException {
        try {
            return work.run();
        } catch (SinkException e) {
            System.err.println(AdminKey.line(e));
        } catch (SourceException e) {
            System.err.println(e.getMessage() + "; " + e.hint() + afterHint);
        } catch (BackupException | IOException e) {
            System.err.println(e.getMessage());
        }
        return failed;
    }
}
