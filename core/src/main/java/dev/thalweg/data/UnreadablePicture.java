package dev.thalweg.data;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import java.io.IOException;

/// An example whose picture cannot be read: which one, and why.
public final class UnreadablePicture extends IOException {
    private static final long serialVersionUID = 1;

    UnreadablePicture(Examples examples, int i, Exception cause) {
        super("cannot read %s: %s".formatted(examples.name(i), cause.getMessage()), cause);
    }

    /// As [Examples#picture]; whatever goes wrong becomes this.
    public static Picture decode(Examples examples, int i) throws UnreadablePicture {
        try {
            return examples.picture(i);
        } catch (IOException | RuntimeException e) {
            throw new UnreadablePicture(examples, i, e);
        }
    }

    /// As [Examples#dimensions]; whatever goes wrong becomes this.
    public static Dimensions dimensions(Examples examples, int i) throws UnreadablePicture {
        try {
            return examples.dimensions(i);
        } catch (IOException | RuntimeException e) {
            throw new UnreadablePicture(examples, i, e);
        }
    }
}
