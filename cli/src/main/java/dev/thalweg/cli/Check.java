package dev.thalweg.cli;

/// One thing that `doctor` has looked at.
///
/// @param name a word
/// @param text what was found
/// @param advice what to do about it; empty if nothing is wrong
record Check(Level level, String name, String text, String advice) {

    enum Level {
        OK,
        /// Works, but not as well as it could.
        WARN,
        /// Will not work.
        FAIL
    }

    static Check ok(String name, String text) {
        return new Check(Level.OK, name, text, "");
    }

    static Check warn(String name, String text, String advice) {
        return new Check(Level.WARN, name, text, advice);
    }

    static Check fail(String name, String text, String advice) {
        return new Check(Level.FAIL, name, text, advice);
    }

    /// [#warn] if there is something to say.
    static Check of(String name, String text, String advice) {
        return advice.isEmpty() ? ok(name, text) : warn(name, text, advice);
    }
}
