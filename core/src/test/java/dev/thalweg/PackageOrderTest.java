package dev.thalweg;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the order of packages: each knows only those before it, subpackages included.
class PackageOrderTest {

    /// Lowest first.
    private static final List<String> ORDER = List.of(
            "tensor",
            "optim",
            "minimize",
            "nn",
            "step",
            "format",
            "picture",
            "data",
            "train",
            "ensemble",
            "transfer",
            "compare");

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.thalweg");

    /// All packages but the last, which may use every other.
    static List<String> everyPackageWithOneAbove() {
        return ORDER.subList(0, ORDER.size() - 1);
    }

    @ParameterizedTest
    @MethodSource("everyPackageWithOneAbove")
    void usesOnlyWhatStandsBelow(String name) {
        var above = ORDER.subList(ORDER.indexOf(name) + 1, ORDER.size());
        noClasses()
                .that()
                .resideInAPackage(within(name))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above.stream().map(PackageOrderTest::within).toArray(String[]::new))
                .because("packages stand in the order " + ORDER)
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void everyClassHasAPlaceInTheOrder() {
        classes()
                .should()
                .resideInAnyPackage(ORDER.stream().map(PackageOrderTest::within).toArray(String[]::new))
                .because("a package that is not in the order is held by no rule")
                .check(CORE);
    }

    @Test
    void oneDnnIsKnownToTheCompiledStepOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(within("step"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(within("step.onednn"))
                .because("a second target must be able to compile from the same network")
                .check(CORE);
    }

    private static String within(String name) {
        return "dev.thalweg." + name + "..";
    }
}
