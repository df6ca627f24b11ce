package dev.thalweg.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.regex.Pattern;

/// What holds for every parser and every input: it parses, or it refuses with the one exception that it
/// documents and one sentence in users' words; and it takes memory in proportion to the input.
final class Check {
    /// Bytes that any input may take, and bytes more for each of its own.
    private static final long BUDGET = 48 << 20, BUDGET_PER_BYTE = 256;

    private static final int LONGEST_SENTENCE = 800;

    /// Java's words, and its libraries'.
    private static final Pattern JARGON =
            Pattern.compile("Exception|[a-z]Error\\b|\\b(java|javax|com|org|tools|dev)\\.[a-z]|\\[Source|Feature");

    /// One of these is part of whatever the pattern finds; to look for them is many times as fast.
    private static final List<String> SIGNS =
            List.of("Exception", "Error", "java", "com.", "org.", "tools.", "dev.", "[Source", "Feature");

    private static final Pattern ESCAPE = Pattern.compile("\\\\[bfnrt]");

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Check() {}

    /// Whether the parser took the input.
    ///
    /// @throws AssertionError if what must hold does not
    static boolean accepts(Target target, byte[] input) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean accepted = parses(target, input);
        if (taken(before) > budget(input)) {
            // Once more: the first time, classes may have been loaded.
            before = THREADS.getCurrentThreadAllocatedBytes();
            parses(target, input);
            long taken = taken(before);
            if (taken > budget(input))
                throw new AssertionError(
                        "%s took %,d bytes for an input of %,d".formatted(target, taken, input.length));
        }
        return accepted;
    }

    /// Words of the input itself may be quoted, and an escape before one is no part of it: `\tError`.
    private static boolean hasJargon(String sentence, byte[] input) {
        if (SIGNS.stream().noneMatch(sentence::contains)) return false;
        var jargon = JARGON.matcher(ESCAPE.matcher(sentence).replaceAll(" "));
        return jargon.find() && !new String(input, UTF_8).contains(jargon.group());
    }

    private static long taken(long before) {
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static long budget(byte[] input) {
        return BUDGET + BUDGET_PER_BYTE * input.length;
    }

    private static boolean parses(Target target, byte[] input) {
        try {
            target.parser().parse(input);
            return true;
        } catch (IOException | RuntimeException e) {
            if (!target.refusal().isInstance(e))
                throw new AssertionError(
                        "%s let a %s out: %s".formatted(target, e.getClass().getName(), e.getMessage()), e);
            String sentence = e.getMessage();
            if (sentence == null || sentence.isBlank()) throw new AssertionError(target + " refused without a word", e);
            if (sentence.length() > LONGEST_SENTENCE
                    || sentence.chars().anyMatch(Character::isISOControl)
                    || hasJargon(sentence, input))
                throw new AssertionError("%s refused not in one sentence: %s".formatted(target, sentence), e);
            return false;
        }
    }
}
