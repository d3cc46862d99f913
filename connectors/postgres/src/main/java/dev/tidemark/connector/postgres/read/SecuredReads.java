package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.base.jdbc.Reads;
import dev.tidemark.connector.base.jdbc.Session;

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
        read(new RowSecurity.Proof(), work);
    }

    private <X extends Exception> void read(RowSecurity.Proof proof, ReadPool.Work<X> work) throws X {
        connections.read((ReadPool.Work<X>) connection -> security.read(connection, join, proof, work));
    }

    @Override
    public Session session() {
        RowSecurity.Proof proof = new RowSecurity.Proof();
        return work -> read(proof, work);
    }

    @Override
    public void close() {
        connections.close();
    }
}
