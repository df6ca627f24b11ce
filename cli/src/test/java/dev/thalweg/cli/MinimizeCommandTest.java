package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MinimizeCommandTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private static Ran minimize(String line) {
        return thalweg((Object[]) ("minimize " + line).split(" "));
    }

    private static JsonNode json(Ran ran) {
        return JSON.readTree(ran.out());
    }

    /// @param evaluations at most
    @ParameterizedTest
    @CsvSource(textBlock = """
            newton,             33
            newton-cg,          60
            bfgs,               52
            lbfgs,              58
            conjugate-gradient, 120
            gradient-descent,   20000
            """)
    void rosenbrockAsJson(String method, int evaluations) {
        var ran = minimize("rosenbrock --start=-1.2,1 --json --method " + method);
        assertThat(ran.status()).isZero();
        assertThat(ran.err()).isEmpty();
        var json = json(ran);
        assertThat(json.propertyNames())
                .containsExactly(
                        "problem",
                        "method",
                        "point",
                        "value",
                        "gradient_norm",
                        "iterations",
                        "evaluations",
                        "hessians",
                        "products",
                        "reason",
                        "detail",
                        "minima",
                        "reached");
        assertThat(json.path("problem").asString()).isEqualTo("rosenbrock");
        assertThat(json.path("method").asString()).isEqualTo(method);
        assertThat(json.path("point").size()).isEqualTo(2);
        assertThat(json.at("/point/0").asDouble()).isCloseTo(1, within(1e-4));
        assertThat(json.at("/point/1").asDouble()).isCloseTo(1, within(1e-4));
        assertThat(json.path("value").asDouble()).isBetween(0.0, 1e-9);
        assertThat(json.path("gradient_norm").asDouble()).isBetween(0.0, 1e-5);
        assertThat(json.path("iterations").asInt()).isBetween(5, evaluations);
        assertThat(json.path("evaluations").asInt()).isBetween(5, evaluations);
        // Rosenbrock's function knows its matrix, of which Newton-CG takes products.
        assertThat(json.path("hessians").asInt() > 0).isEqualTo(method.startsWith("newton"));
        assertThat(json.path("products").asInt() > 0).isEqualTo(method.equals("newton-cg"));
        assertThat(json.path("reason").asString()).isEqualTo("converged");
        assertThat(json.path("detail").asString()).contains("is at most");
        assertThat(json.at("/minima/0").asDouble()).isZero();
        assertThat(json.path("reached").asDouble()).isZero();
    }

    @Test
    void asText() {
        var ran = minimize("freudenstein-roth --method newton");
        assertThat(ran.status()).isZero();
        assertThat(ran.out())
                .startsWith("problem     Freudenstein–Roth, 2 variables, number 2 of Moré, Garbow and Hillstrom\n"
                        + "method      newton\n")
                .containsPattern("(?m)^point       11\\.41\\d*, -0\\.8968\\d*$")
                .containsPattern("(?m)^value       48\\.9842536\\d*$")
                .containsPattern("(?m)^gradient    norm \\S+$")
                .containsPattern("(?m)^took        \\d+ iterations, \\d+ evaluations, \\d+ Hessians$")
                .containsPattern("(?m)^reason      converged: the gradient's norm, \\S+ is at most 1\\.00e-05$")
                .contains("minima      0, 48.98425368\nreached     48.98425368\n");
    }

    /// L-BFGS is led into it, Newton's method is not.
    @Test
    void theSaddleIsNoPublishedMinimum() {
        assertThat(minimize("saddle --method lbfgs").out()).contains("reached     none of them");
        assertThat(json(minimize("saddle --json")).path("reached").isNull()).isTrue();
        assertThat(minimize("saddle --method newton").out()).contains("value       -0.25\n", "reached     -0.25\n");
    }

    @Test
    void manyVariables() {
        var ran = minimize("extended-rosenbrock --variables 1000 --method lbfgs:history=5 --gradient-norm 1e-6");
        assertThat(ran.status()).isZero();
        assertThat(ran.out())
                .contains("Extended Rosenbrock, 1000 variables", "method      lbfgs:history=5", "is at most 1.00e-06")
                .containsPattern("(?m)^point       (\\S+, ){8}… 1,000 numbers; --json has all$");
        var json = json(minimize("chained-rosenbrock --start=-1,1,1,1,1,1 --json"));
        assertThat(json.path("point").size()).isEqualTo(6);
        assertThat(json.path("minima").size()).isOne();
        assertThat(json(minimize("chebyquad --variables 13 --json"))
                        .path("minima")
                        .size())
                .isZero();
    }

    /// The result is there all the same, and the exit status says that it is no minimum.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rosenbrock --iterations 3                  | budget             | 3 iterations with
            rosenbrock --evaluations 5                 | budget             | were not enough
            rosenbrock --iterations 0                  | budget             | 0 iterations with 1 evaluation were not enough
            meyer --method bfgs                        | line_search_failed | this is as far as it goes
            rosenbrock --start=1e200,1                 | not_finite         | at the start, the value is Infinity
            """)
    void notConverged(String line, String reason, String detail) {
        var json = minimize(line + " --json");
        assertThat(json.status()).isEqualTo(Exit.FAILED);
        assertThat(json.err()).isEmpty();
        assertThat(json(json).path("reason").asString()).isEqualTo(reason);
        assertThat(json(json).path("detail").asString()).contains(detail);
        var text = minimize(line);
        assertThat(text.status()).isEqualTo(Exit.FAILED);
        assertThat(text.out()).containsPattern("(?m)^reason      " + reason + ": .*" + detail);
    }

    @Test
    void whatIsNotFiniteIsNullInJson() {
        var json = json(minimize("rosenbrock --start=1e200,1 --json"));
        assertThat(json.path("value").isNull()).isTrue();
        assertThat(json.path("gradient_norm").isNull()).isTrue();
        assertThat(json.at("/point/0").asDouble()).isEqualTo(1e200);
    }

    @Test
    void aNegativeStartNeedsNoEqualsSign() {
        var ran = thalweg("minimize", "rosenbrock", "--start", "-1.2,1", "--json");
        assertThat(ran.out()).isEqualTo(minimize("rosenbrock --json").out());
    }

    @Test
    void listsAllProblems() {
        var ran = minimize("--list");
        assertThat(ran.status()).isZero();
        assertThat(ran.out())
                .containsPattern("(?m)^     1  rosenbrock +2  0$")
                .containsPattern("(?m)^    35  chebyquad +8  0\\.003516873726$")
                .containsPattern("(?m)^        himmelblau +2  0$");
        var all = json(minimize("--list --json"));
        assertThat(all.valueStream()
                        .map(one -> one.path("number"))
                        .filter(JsonNode::isNumber)
                        .map(JsonNode::asInt))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 35).boxed().toList());
        assertThat(all.at("/1/name").asString()).isEqualTo("freudenstein-roth");
        assertThat(all.at("/1/variables").asInt()).isEqualTo(2);
        assertThat(all.at("/1/minima/1").asDouble()).isEqualTo(48.98425368);
        assertThat(all.valueStream().map(one -> one.path("name").asString())).contains("saddle");
    }

    @Test
    void checksGradients() {
        var ran = minimize("wood --check-gradient");
        assertThat(ran.status()).isZero();
        assertThat(ran.out())
                .contains("looked at   the start and 4 points around it")
                .containsPattern("(?m)^worst       variable \\d at (\\S+, ){3}\\S+$")
                .containsPattern("(?m)^gradient    \\S+$")
                .containsPattern("(?m)^differences \\S+$")
                .containsPattern("(?m)^agrees      the relative difference is \\S+, up to 9\\.7e-05 is tolerated$");
        var kink = minimize("kink --start=2,0 --check-gradient");
        assertThat(kink.status()).isEqualTo(Exit.FAILED);
        assertThat(kink.out())
                .containsPattern("(?m)^worst       variable 2 at 2, 0$")
                .containsPattern("(?m)^gradient    3$")
                .containsPattern("(?m)^differences 0$")
                .containsPattern("(?m)^disagrees   the relative difference is 5\\.0e-01, ");
        var json = json(minimize("kink --start=2,0 --check-gradient --json"));
        assertThat(json.path("agrees").asBoolean()).isFalse();
        assertThat(json.path("variable").asInt()).isEqualTo(2);
        assertThat(json.path("given").asDouble()).isEqualTo(3);
        assertThat(json.path("by_differences").asDouble()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rosenbrock", "saddle", "kink --iterations 20", "wood", "meyer", "rosenbrock --start=1e200,1"})
    void draws(String line) throws Exception {
        var svg = folder.resolve("way.svg");
        var ran = minimize(line + " --plot " + svg);
        assertThat(ran.out()).contains("plot        " + svg);
        var root = parsed(svg).getDocumentElement();
        assertThat(root.getNodeName()).isEqualTo("svg");
        assertThat(root.getElementsByTagName("path").getLength()).isPositive();
        assertThat(Files.size(svg)).isLessThan(200_000);
        assertThat(Files.readString(svg)).doesNotContain("NaN", "Infinity\"");
        var png = folder.resolve("way.PNG");
        minimize(line + " --plot " + png);
        var picture = ImageIO.read(png.toFile());
        assertThat(picture.getWidth()).isEqualTo(1600);
        assertThat(picture.getHeight()).isEqualTo(1240);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(svg, png);
        }
    }

    @Test
    void theDrawingSaysWhatItShows() throws Exception {
        var svg = folder.resolve("way.svg");
        var ran = minimize("himmelblau --method bfgs --json --plot " + svg);
        var json = json(ran);
        assertThat(Files.readString(svg))
                .contains(
                        ">Himmelblau by bfgs</text>",
                        "%d iterations, %d evaluations, value "
                                .formatted(
                                        json.path("iterations").asInt(),
                                        json.path("evaluations").asInt()),
                        ": converged</text>",
                        ">known minimum</text>",
                        ">x₁</text>",
                        ">x₂</text>");
        minimize("wood --method bfgs --plot " + svg);
        assertThat(Files.readString(svg))
                .contains(">value above the least known, 0</text>", ">gradient's norm</text>", ">evaluations</text>");
    }

    private static Document parsed(Path svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --json                                 | name a problem, such as rosenbrock; --list shows all
            --list wood                            | --list lists all problems; it takes none, got 'wood'
            rosenbrok                              | there is no problem 'rosenbrok'; did you mean 'rosenbrock'? Known are: rosenbrock, freudenstein-roth,
            wood --method lbgfs                    | --method: there is no method 'lbgfs'; did you mean 'lbfgs'? Known are: gradient-descent, conjugate-gradient, newton, newton-cg, bfgs, lbfgs
            wood --method adam                     | --method: there is no method 'adam'; known are: gradient-descent,
            wood --method lbfgs:hist=3             | --method: optimizer lbfgs: there is no key 'hist'; known are: history
            wood --method lbfgs:history=0          | --method: optimizer lbfgs: history must be at least 1, got 0
            wood --start=1,2,3                     | --start: wood has 4 variables, got 3
            extended-powell --start=1,2,3          | --start: extended-powell takes at least 4 variables, got 3
            wood --start=nan,1,1,1                 | --start must be finite numbers with commas between, such as -1.2,1, got 'nan' as number 1
            wood --start=1,,1,1                    | --start must be finite numbers with commas between, such as -1.2,1, got '' as number 2
            wood --start=1,1,1e999,1               | --start must be finite numbers with commas between, such as -1.2,1, got '1e999' as number 3
            wood --start=1,1,1,1 --variables 2     | --start has 4 numbers and --variables says 2
            wood --variables 5                     | --variables: wood has 4 variables, got 5
            penalty-1 --variables 0                | --variables must be at least 1, got 0
            wood --gradient-norm -1                | --gradient-norm must be at least 0, got -1
            wood --gradient-norm NaN               | --gradient-norm must be at least 0, got NaN
            wood --iterations -1                   | --iterations must be at least 0, got -1
            wood --evaluations 0                   | --evaluations must be at least 1, got 0
            wood --plot way.gif                    | --plot: a picture's name must end in .svg or .png, got 'way.gif'
            wood --check-gradient --plot way.svg   | --check-gradient draws nothing: leave --plot away
            penalty-1 --variables 3000 --method newton | --method: Newton's method keeps matrices of N × N numbers and takes N³ operations a step: of 3,000 variables
            """)
    void misuse(String line, String sentence) {
        var ran = minimize(line);
        assertThat(ran.err()).startsWith("thalweg minimize: " + sentence).hasLineCount(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.status()).isEqualTo(Exit.USAGE);
    }

    @Test
    void nowhereToDraw() throws IOException {
        var absent = folder.resolve("absent/way.svg");
        var ran = minimize("wood --plot " + absent);
        assertThat(ran.err().strip()).isEqualTo("thalweg minimize: --plot: there is no folder " + absent.getParent());
        assertThat(ran.status()).isEqualTo(Exit.USAGE);
        var taken = Files.createDirectory(folder.resolve("taken.svg"));
        assertThat(minimize("wood --plot " + taken).err().strip())
                .isEqualTo("thalweg minimize: --plot must be a file, got the folder " + taken);
    }

    @Test
    void gradientsCanBeCheckedWhereThereIsAValue() {
        var ran = minimize("rosenbrock --start=1e200,1 --check-gradient");
        assertThat(ran.err().strip())
                .isEqualTo("thalweg minimize: a gradient can be checked where the value is finite, it is Infinity");
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
    }

    /// Each of Newton, BFGS and L-BFGS reaches a published minimum of at least 30 of the 35; a few iterations do not.
    @Test
    void allProblems() {
        var lines = minimize("--all --gradient-norm 1e-8 --iterations 2000")
                .out()
                .lines()
                .toList();
        assertThat(lines).hasSize(38);
        assertThat(lines.getFirst())
                .isEqualTo("| problem | variables | gradient-descent | conjugate-gradient | newton | newton-cg | bfgs |"
                        + " lbfgs |");
        assertThat(lines.get(2)).startsWith("| rosenbrock | 2 | (2000/");
        assertThat(lines.getLast())
                .matches(
                        "\\| published minima reached, of 35 \\| \\| \\d+ \\| \\d+ \\| 3\\d \\| 3\\d \\| 3\\d \\| 3\\d \\|");
        var cells = json(minimize("--all --json --iterations 1"));
        assertThat(cells.size()).isEqualTo(35 * 6);
        assertThat(cells.get(0).path("method").asString()).isEqualTo("gradient-descent");
        assertThat(cells.get(0).path("reached").isNull()).isTrue();
        assertThat(minimize("wood --all").err()).contains("--all goes through all problems; it takes none, got 'wood'");
    }
}
