package dev.thalweg.report;

import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/// Where numbers stand on an axis.
///
/// @param step between them: 1, 2 or 5 times a power of ten
record Ticks(double[] values, double step) {

    /// About `count` of them from `low` to `high`.
    static Ticks between(double low, double high, int count) {
        double raw = (high - low) / count;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double times = raw / power;
        double step = power * (times < 1.5 ? 1 : times < 3.5 ? 2 : times < 7.5 ? 5 : 10);
        var values = LongStream.rangeClosed((long) Math.ceil(low / step), (long) Math.floor(high / step))
                .mapToDouble(k -> k * step)
                .toArray();
        return new Ticks(values, step);
    }

    /// The number at `value`, with as many digits as tell it from its neighbours.
    String label(double value) {
        if (value == 0) return "0";
        double greatest = DoubleStream.of(values).map(Math::abs).max().orElse(0);
        if (greatest < 1e6 && step > 0.99e-4) {
            int digits = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
            return minus(String.format(Locale.ROOT, "%." + digits + "f", value));
        }
        int digits = (int) (Math.floor(Math.log10(Math.abs(value)) + 1e-9) - Math.floor(Math.log10(step) + 1e-9));
        return brief(String.format(Locale.ROOT, "%." + Math.clamp(digits, 0, 16) + "e", value)
                .replaceAll("\\.0+e", "e"));
    }

    /// `1.234e-5`, `0.001234`, `12340`: so many digits that count, without zeros behind them.
    static String number(double value, int digits) {
        if (!Double.isFinite(value)) return minus(String.valueOf(value));
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e6))
            return brief(String.format(Locale.ROOT, "%." + (digits - 1) + "e", value)
                    .replaceAll("\\.0+e|(\\.\\d*?)0+e", "$1e"));
        int behind = size == 0 ? 0 : Math.max(0, digits - 1 - (int) Math.floor(Math.log10(size)));
        String text = String.format(Locale.ROOT, "%." + behind + "f", value);
        return minus(behind == 0 ? text : text.replaceAll("\\.?0+$", ""));
    }

    /// `1e-5` for `1e-05`.
    private static String brief(String text) {
        return minus(text.replaceAll("e\\+?(-?)0*(\\d)", "e$1$2"));
    }

    private static String minus(String text) {
        return text.replace('-', '−');
    }
}
