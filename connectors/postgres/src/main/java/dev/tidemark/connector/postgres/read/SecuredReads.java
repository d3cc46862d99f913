package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.base.jdbc.Reads;

/** Reads of joined documents under row-level security. Any thread. */
public final class SecuredReads implements Reads {

    private final ReadPool.Lease connections;
    private final RowSecurity security;
    private final Join join;

    public SecuredReads(ReadPool.Lease connections, RowSecurity security, Join join) {
        this.connections = connections;
        this.security = security;
        this.join = join;
    }

    @Override
    public <X extends Exception> void read(ReadPool.Work<X> work) throws X {
        connections.read((ReadPool.Work<X>) connection -> security.read(connection, join, work));
    }

    @Override
    public void close() {
        connections.close();
    }
}
