package dev.thalweg.cli;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/// Under what a class's options stand in the help of a command that takes them in ([SectionedHelp]).
@Retention(RUNTIME)
@Target(TYPE)
@interface Heading {
    String value();
}
