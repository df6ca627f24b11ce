package dev.thalweg.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/// What a command line did.
record Ran(int status, String out, String err) {

    static Ran thalweg(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) words[i] = arguments[i].toString();
        int status = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
        return new Ran(status, out.toString(), err.toString());
    }
}
