package dev.thalweg.report;

import java.util.Locale;

/// Words and numbers as they stand on a page.
final class PageText {
    /// Letters of a name that are shown.
    private static final int NAME = 48;

    private PageText() {}

    /// A name that is not longer than a page has room for: what lies in the middle is left out.
    static String name(String name) {
        if (name.length() <= NAME) return name;
        return name.substring(0, NAME / 2) + "…" + name.substring(name.length() - NAME / 2 + 1);
    }

    static String percent(double share) {
        return text("%.2f %%", 100 * share);
    }

    /// Without digits behind the point, except where there would be nothing before it.
    static String share(double share) {
        return share > 0 && share < 0.095 ? text("%.1f %%", 100 * share) : text("%.0f %%", 100 * share);
    }

    /// Three digits that count.
    static String number(double value) {
        if (value == 0) return "0";
        double size = Math.abs(value);
        if (size >= 1000) return text("%,.0f", value);
        if (size < 1e-4) return text("%.1e", value);
        int digits = Math.max(0, 2 - (int) Math.floor(Math.log10(size)));
        return text("%." + digits + "f", value)
                .replaceAll("(\\.\\d*?)0+$", "$1")
                .replaceAll("\\.$", "");
    }

    /// `7.3 s`, `12:34 min`, `1:02:03 h`.
    static String clock(double seconds) {
        if (seconds < 60) return text("%.1f s", seconds);
        long s = Math.round(seconds);
        return s < 3600 ? text("%d:%02d min", s / 60, s % 60) : text("%d:%02d:%02d h", s / 3600, s / 60 % 60, s % 60);
    }

    static String count(long n) {
        return text("%,d", n);
    }

    static String bytes(long bytes) {
        return bytes >= 1_000_000_000 ? text("%.1f GB", bytes / 1e9) : text("%.0f MB", bytes / 1e6);
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ENGLISH, format, values);
    }
}
