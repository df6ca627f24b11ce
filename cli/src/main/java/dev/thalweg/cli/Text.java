package dev.thalweg.cli;

/// Numbers for people.
final class Text {
    private Text() {}

    /// `0:07`, `12:34`, `1:02:03`.
    static String clock(double seconds) {
        if (!Double.isFinite(seconds)) return "-:--";
        long s = Math.round(seconds);
        return s < 3600 ? "%d:%02d".formatted(s / 60, s % 60) : "%d:%02d:%02d".formatted(s / 3600, s / 60 % 60, s % 60);
    }

    static String percent(double share) {
        return "%.2f %%".formatted(100 * share);
    }

    /// Images a second.
    static String rate(double images) {
        if (!Double.isFinite(images)) return "-";
        if (images >= 99_999.5) return "%,.0fk".formatted(images / 1000);
        return images < 100 ? "%.1f".formatted(images) : "%,.0f".formatted(images);
    }

    static String bytes(long bytes) {
        if (bytes >= 1_000_000_000) return "%.2f GB".formatted(bytes / 1e9);
        return bytes >= 1_000_000 ? "%.1f MB".formatted(bytes / 1e6) : "%.1f kB".formatted(bytes / 1e3);
    }

    /// `9.9` or `10`.
    static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9 ? "%.0f".formatted(value) : String.valueOf(value);
    }

    /// `1 epoch`, `9.9 epochs`.
    static String counted(double count, String what) {
        return plain(count) + " " + what + (count == 1 ? "" : "s");
    }

    /// Four digits that count.
    static String number(double value) {
        return "%.4g".formatted(value).replaceAll("(\\.\\d*?)0+($|e)", "$1$2").replaceAll("\\.($|e)", "$1");
    }
}
