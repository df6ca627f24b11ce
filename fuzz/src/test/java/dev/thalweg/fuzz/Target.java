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
public record Target(String name, Class<? extends Exception> refusal, List<String> words, Parser parser) {

    /// Reads all that the input holds, also what is otherwise read later.
    @FunctionalInterface
    public interface Parser {
        void parse(byte[] input) throws IOException;
    }

    public static Target of(String name, Class<? extends Exception> refusal, Parser parser, String... words) {
        return new Target(name, refusal, List.of(words), parser);
    }

    /// A parser of files, which are written for it one after the other.
    public static Target ofFile(String name, FileParser parser, String... words) {
        return of(
                name,
                IOException.class,
                input -> {
                    Path file = Files.createTempFile("fuzz", "." + name);
                    try {
                        parser.parse(Files.write(file, input));
                    } finally {
                        Files.delete(file);
                    }
                },
                words);
    }

    /// The same for a file.
    @FunctionalInterface
    public interface FileParser {
        void parse(Path file) throws IOException;
    }

    @Override
    public String toString() {
        return name;
    }
}
