package dev.tidemark.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Accounts that Postgres runs as, because it does not run as root. */
public enum PostgresAccount {
    /** We are not root: as ourselves. */
    OURSELVES,

    /** Root in a user namespace of its own, in which it appears as nobody and still owns its files. */
    NAMESPACE,

    /** The user nobody, if user namespaces are forbidden, as in most containers. */
    NOBODY;

    public static PostgresAccount choose() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return OURSELVES;
        }
        for (PostgresAccount account : List.of(NAMESPACE, NOBODY)) {
            if (account.works()) {
                return account;
            }
        }
        throw new IllegalStateException(
                "Postgres does not run as root, and neither unshare --user nor setpriv to the user"
                        + " nobody works here: run this as another user");
    }

    /** Returns the command that comes before the server's own. */
    public List<String> prefix() {
        return switch (this) {
            case OURSELVES -> List.of();
            case NAMESPACE -> List.of("unshare", "--user");
            case NOBODY -> List.of("setpriv", "--reuid=nobody", "--regid=65534", "--clear-groups");
        };
    }

    /** Makes the account the owner of a directory that this JVM created. */
    public void giveDirectory(Path directory) throws IOException {
        if (this == NOBODY) {
            UserPrincipal nobody =
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
            Files.setOwner(directory, nobody);
        }
    }

    private boolean works() {
        List<String> command = new ArrayList<>(prefix());
        command.add("true");
        return Command.run(Duration.ofSeconds(5), command).succeeded();
    }
}
