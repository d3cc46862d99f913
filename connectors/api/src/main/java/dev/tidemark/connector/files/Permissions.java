package dev.tidemark.connector.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Removes the permissions of other users from existing files, which earlier versions created with those of the umask. Links are
 * not followed.
 */
public final class Permissions {

    private static final int MAX_DEPTH = 3;
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final List<Path> narrowed = new ArrayList<>();
    private final List<Path> foreign = new ArrayList<>();

    private Permissions() {}

    /**
     * Narrows a directory, and what it contains, to its owner. What cannot be changed is left as it is.
     *
     * @return what was found; empty on file systems without POSIX permissions
     * @throws IOException if the directory itself cannot be read
     */
    public static Permissions narrow(Path directory) throws IOException {
        Permissions found = new Permissions();
        if (PrivateFiles.hasPermissions(directory)) {
            Files.walkFileTree(directory, Set.of(), MAX_DEPTH, found.visitor(directory));
        }
        return found;
    }

    /** Returns the files and directories that were open to others and no longer are. */
    public List<Path> narrowed() {
        return List.copyOf(narrowed);
    }

    /** Returns the files and directories that are still open to others or cannot be used, since they belong to another user. */
    public List<Path> foreign() {
        return List.copyOf(foreign);
    }

    private SimpleFileVisitor<Path> visitor(Path top) {
        return new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (!visit(directory) && !directory.equals(top)) {
                    foreign.add(
                            directory); // the top may be a mount point of another user: it shows names and nothing else
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!attributes.isSymbolicLink()
                        && !(visit(file) && Files.isReadable(file) && Files.isWritable(file))) {
                    foreign.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE; // a directory that is private to another user, such as lost+found
            }
        };
    }

    /** Narrows one path and returns whether only the owner may use it now. */
    private boolean visit(Path path) {
        try {
            Set<PosixFilePermission> permissions = Files.readAttributes(
                            path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .permissions();
            if (!OWNERS.containsAll(permissions)) {
                permissions.retainAll(OWNERS);
                Files.setPosixFilePermissions(path, permissions);
                narrowed.add(path);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
