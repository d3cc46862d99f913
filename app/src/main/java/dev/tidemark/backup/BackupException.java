package dev.tidemark.backup;

/** A backup or a restore that cannot be done. The message is for the operator: what was found, what to do. */
public final class BackupException extends Exception {

    private static final long serialVersionUID = 1L;

    public BackupException(String message) {
        super(message);
    }
}
