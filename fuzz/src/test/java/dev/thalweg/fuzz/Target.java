package dev.thalweg.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A parser and what it is fed with at first.
///
/// @param name of the folder of its inputs, and for `bench/fuzz`
/// @param refusal the one exception with which it may refuse an input
/// @param words pieces of which inputs are made, for mutations
/// @param atOnce how many inputs are worth trying at once for each processor: more than one where it often waits
public record Target(String name, Class<? extends Exception> refusal, List<String> words, Parser parser, int atOnce) {

    /// Reads all that the input holds, also what is otherwise read later.
    @FunctionalInterface
    public interface Parser {
        void parse(byte[] input) throws IOException;
    }

    public static Target of(String name, Class<? extends Exception> refusal, Parser parser, String... words) {
        return new Target(name, refusal, List.of(words), parser, 1);
    }

    /// A parser of files, which are written for it one after the other. What it says must name the file.
    public static Target ofFile(String name, FileParser parser, String... words) {
        var files = ThreadLocal.withInitial(() -> TemporaryFolder.makePath().resolve("fuzzed." + name));
        return of(
                name,
                IOException.class,
                input -> {
                    var file = files.get();
                    try {
                        parser.parse(Files.write(file, input));
                    } catch (IOException e) {
                        throw naming(file, e);
                    }
                },
                words);
    }

    /// The same for a file.
    @FunctionalInterface
    public interface FileParser {
        void parse(Path file) throws IOException;
    }

    /// A parser of folders. An input holds several files: a line `==== NAME` begins each, which is only taken if
    /// `files` has it. The parser must leave the folder as it is.
    public static Target ofFolder(String name, List<String> files, FileParser parser, String... words) {
        var folders = ThreadLocal.withInitial(TemporaryFolder::make);
        return of(
                name,
                IOException.class,
                input -> {
                    var folder = folders.get();
                    var contents = Bundle.files(input);
                    contents.keySet().retainAll(files);
                    folder.fill(contents);
                    try {
                        parser.parse(folder.path());
                    } catch (IOException e) {
                        throw naming(folder.path(), e);
                    }
                    folder.assertUntouched();
                },
                words);
    }

    /// The same where a library lets its caller wait.
    public Target waiting() {
        return new Target(name, refusal, words, parser, 8);
    }

    private static IOException naming(Path file, IOException e) {
        if (!String.valueOf(e.getMessage()).contains(file.toString()))
            throw new AssertionError("does not say in which file: " + e.getMessage(), e);
        return e;
    }

    @Override
    public String toString() {
        return name;
    }
}
