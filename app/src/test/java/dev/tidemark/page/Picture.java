package dev.tidemark.page;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Writes a screenshot for the documentation: packed as well as PNG can, which Chromium does not take the time for. */
final class Picture {

    private Picture() {}

    /** @param height of the picture at most: what is below is left out */
    static void write(byte[] png, int height, Path file) throws IOException {
        BufferedImage whole = Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(png)));
        BufferedImage shot = whole.getSubimage(0, 0, whole.getWidth(), Math.min(height, whole.getHeight()));
        BufferedImage opaque = new BufferedImage(shot.getWidth(), shot.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.createGraphics().drawImage(shot, 0, 0, null);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.deleteIfExists(file);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam best = writer.getDefaultWriteParam();
        best.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        best.setCompressionQuality(0); // for PNG: the smallest
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(opaque, null, null), best);
        } finally {
            writer.dispose();
        }
    }
}
