package dev.thalweg.cli;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// For options with an optional value: only `--option=value` gives one. Otherwise the next word, such as DATA in
/// `train --tensorboard photos/`, would be taken for it. A port may be the next word, if that is a number.
final class AttachedValue implements IParameterPreprocessor {

    @Override
    @SuppressWarnings("JdkObsolete") // picocli's signature
    public boolean preprocess(Stack<String> words, CommandSpec command, ArgSpec option, Map<String, Object> info) {
        boolean port = option.paramLabel().equals("PORT")
                && !words.isEmpty()
                && words.peek().matches("\\d+");
        if (!"=".equals(info.get("separator")) && !port) words.push(""); // without a value it is empty
        return false;
    }
}
