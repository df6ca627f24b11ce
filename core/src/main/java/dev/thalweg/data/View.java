package dev.thalweg.data;

/// One way to look at a picture at test: moved so that the pixel at (x + dx, y + dy) comes to
/// (x, y), borders reflected without repeating the edge, and then perhaps mirrored left to right.
///
/// @param dx in pixels
/// @param dy in pixels
public record View(int dx, int dy, boolean mirror) {
    public static final View IDENTITY = new View(0, 0, false);
}
