package dev.thalweg.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Damage of all kinds, the same for the same seed: what is flipped, lost, doubled, swapped, cut off or
/// taken from another input.
final class Mutations {
    /// Numbers at which parsers stumble.
    private static final long[] EDGES = {
        0,
        1,
        -1,
        2,
        127,
        128,
        255,
        256,
        32767,
        32768,
        65535,
        65536,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final SplittableRandom random;
    private final List<byte[]> corpus;
    private final List<String> words;

    Mutations(long seed, List<byte[]> corpus, List<String> words) {
        this.random = new SplittableRandom(seed);
        this.corpus = corpus;
        this.words = words;
    }

    byte[] next() {
        byte[] input = any();
        for (int i = random.nextInt(1, 6); i > 0; i--) input = changed(input);
        return input;
    }

    private byte[] any() {
        return corpus.get(random.nextInt(corpus.size())).clone();
    }

    private byte[] changed(byte[] in) {
        int at = place(in.length);
        return switch (random.nextInt(9)) {
            case 0 -> set(in, at, (byte) random.nextInt());
            case 1 ->
                set(in, at, in.length == 0 ? 0 : (byte) (in[Math.min(at, in.length - 1)] ^ 1 << random.nextInt(8)));
            case 2 -> number(in, at);
            case 3 -> splice(in, at, at, word());
            case 4 -> splice(in, at, Math.min(in.length, at + 1 + random.nextInt(16)), new byte[0]);
            case 5 -> splice(in, at, at, Arrays.copyOfRange(in, at, Math.min(in.length, at + 1 + random.nextInt(64))));
            case 6 -> Arrays.copyOf(in, at);
            case 7 -> {
                byte[] other = any();
                int from = place(other.length);
                yield splice(in, at, in.length, Arrays.copyOfRange(other, from, other.length));
            }
            default -> {
                var word = word();
                yield splice(in, at, Math.min(in.length, at + word.length), word);
            }
        };
    }

    /// Headers stand at the beginning: half of the changes fall there.
    private int place(int length) {
        if (length == 0) return 0;
        return random.nextInt(random.nextBoolean() ? Math.min(64, length) : length);
    }

    private static byte[] set(byte[] in, int at, byte value) {
        if (at < in.length) in[at] = value;
        return in;
    }

    /// A number of 2, 4 or 8 bytes, in either order.
    private byte[] number(byte[] in, int at) {
        long value = EDGES[random.nextInt(EDGES.length)];
        int bytes = 2 << random.nextInt(3);
        boolean little = random.nextBoolean();
        for (int i = 0; i < bytes && at + i < in.length; i++)
            in[at + i] = (byte) (value >> 8 * (little ? i : bytes - 1 - i));
        return in;
    }

    private byte[] word() {
        if (words.isEmpty() || random.nextInt(4) == 0) {
            var digits = Long.toString(EDGES[random.nextInt(EDGES.length)]);
            return digits.getBytes(UTF_8);
        }
        return words.get(random.nextInt(words.size())).getBytes(UTF_8);
    }

    private static byte[] splice(byte[] in, int from, int to, byte[] piece) {
        var out = new byte[from + piece.length + in.length - to];
        System.arraycopy(in, 0, out, 0, from);
        System.arraycopy(piece, 0, out, from, piece.length);
        System.arraycopy(in, to, out, from + piece.length, in.length - to);
        return out;
    }
}
