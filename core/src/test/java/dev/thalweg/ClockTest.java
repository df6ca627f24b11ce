package dev.thalweg;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// A wall clock may be set back while a run goes on: durations come from `System.nanoTime`.
class ClockTest {

    @Test
    void noDurationDependsOnTheWallClock() {
        var core = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.thalweg");
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .because("it may jump")
                .check(core);
        // These note when a run or a comparison began and ended, and how old a file is: none has any influence on a
        // run.
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Recorder")
                .and()
                .haveSimpleNameNotStartingWith("AtomicFile")
                .and()
                .doNotHaveSimpleName("ContestRun")
                .should()
                .callMethod(Instant.class, "now")
                .because("it may jump")
                .check(core);
    }
}
