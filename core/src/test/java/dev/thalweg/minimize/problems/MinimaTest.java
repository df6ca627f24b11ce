package dev.thalweg.minimize.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values at the starts and at the minima.
class MinimaTest {

    /// By hand, or frozen at ten digits: their first seven are the squares of the norms that MINPACK's test drivers
    /// print, their first three what the drivers of Algorithm 566 print (Gaussian, Gulf, Biggs), but Penalty 2's.
    @ParameterizedTest
    @CsvSource({
        "rosenbrock, 24.2",
        "freudenstein-roth, 400.5",
        "powell-badly-scaled, 1.135261717",
        "brown-badly-scaled, 999998000003",
        "beale, 14.203125",
        "jennrich-sampson, 4171.306162",
        "helical-valley, 2500",
        "bard, 41.68169586",
        "gaussian, 3.888106991e-6",
        "meyer, 1693607809",
        "gulf, 12.11070583",
        "box, 1031.153811",
        "powell-singular, 215",
        "wood, 19192",
        "kowalik-osborne, 5.313172272e-3",
        "brown-dennis, 7926693.337",
        "osborne-1, 0.8790262935",
        "biggs-exp6, 0.7790700757",
        "osborne-2, 2.093419514",
        "watson, 30",
        "extended-rosenbrock, 121",
        "extended-powell, 645",
        "penalty-1, 148032.5654",
        "penalty-2, 162.6527766",
        "variably-dimensioned, 2198551.1625",
        "trigonometric, 7.075759466e-3",
        "brown-almost-linear, 273.2480478",
        "broyden-tridiagonal, 21",
        "broyden-banded, 360",
        "linear-full-rank, 25",
        "linear-rank-1, 84985",
        "linear-rank-1-zero, 15886",
        "chebyquad, 0.03861769829",
        "chained-rosenbrock, 2057",
        "bowl, 110",
        "saddle, 0.5",
        "himmelblau, 170",
        "kink, 5",
    })
    void startsAtTheValue(String name, double expected) {
        var problem = Problems.named(name);
        assertThat(value(problem, problem.start())).isCloseTo(expected, within(1e-9 * expected));
    }

    /// Where the paper says, or where SciPy's trust-exact and BFGS come to: the value is one of the minima,
    /// the gradient 0 but for the digits that are not written.
    @ParameterizedTest
    @CsvSource({
        "rosenbrock, 0, 1 1",
        "freudenstein-roth, 0, 5 4",
        "freudenstein-roth, 1, 11.4127789869 -0.896805253274",
        "powell-badly-scaled, 0, 1.09815932970e-5 9.10614673987",
        "brown-badly-scaled, 0, 1e6 2e-6",
        "beale, 0, 3 0.5",
        "jennrich-sampson, 0, 0.2578252137 0.2578252137",
        "helical-valley, 0, 1 0 0",
        "bard, 0, 0.0824105597498 1.13303609203 2.34369517864",
        "gaussian, 0, 0.398956137822 1.0000190842 0",
        "meyer, 0, 0.00560963647161 6181.3463462 345.223634621",
        "gulf, 0, 50 25 1.5",
        "box, 0, 1 10 1",
        "box, 0, 10 1 -1",
        "box, 0, 3 3 0",
        "powell-singular, 0, 0 0 0 0",
        "wood, 0, 1 1 1 1",
        "kowalik-osborne, 0, 0.192806934668 0.191282326175 0.123056506128 0.136062329558",
        "brown-dennis, 0, -11.5944399187 13.2036300556 -0.403439487702 0.236778773091",
        "osborne-1, 0, 0.375410052107 1.93584691271 -1.46468713661 0.0128675346401 0.0221226996617",
        "biggs-exp6, 0, 1 10 1 5 4 3",
        "biggs-exp6, 0, 4 10 3 5 1 1",
        "biggs-exp6, 1, 1.71141599544 17.6831981444 1.16314366153 5.18656153853 1.71141599544 1.16314366153",
        "osborne-2, 0, 1.30997715462 0.431553794571 0.633661698956 0.599430534757 0.754183226239 0.90428858004"
                + " 1.36581183504 4.82369881749 2.39868486614 4.56887459767 5.67534147059",
        "watson, 0, -0.0157250864017 1.01243486937 -0.232991625957 1.2604300878 -1.51372892272 0.992996432429",
        "watson, 0, -1.53070373627e-05 0.999789703932 0.0147639636903 0.146342328323 1.0008211029 -2.61773114029"
                + " 4.1044031642 -3.14361227838 1.05262640796",
        "watson, 0, -6.63807621388e-09 1.00000164412 -0.000563932203024 0.347820540336 -0.156731502473"
                + " 1.05281516876 -3.24727112714 7.2884348465 -10.2718481777 9.07411359873 -4.54137544609"
                + " 1.01201188478",
        "extended-rosenbrock, 0, 1 1 1 1 1 1 1 1",
        "extended-powell, 0, 0 0 0 0 0 0 0 0",
        "penalty-1, 0, 0.2500075 0.2500075 0.2500075 0.2500075",
        "penalty-2, 0, 0.19999933334 0.191316701453 0.480101485259 0.518845404014",
        "penalty-2, 0, 0.199983605198 0.0103506484801 0.0196049344915 0.0320890672349 0.0499326774178"
                + " 0.0765139951771 0.118624072898 0.192144872366 0.347320586935 0.369164374034",
        "variably-dimensioned, 0, 1 1 1 1 1",
        "trigonometric, 0, 0 0 0 0 0",
        "trigonometric, 1, 0.0551509039807 0.0568406167947 0.0587640017627 0.0609906086568 0.0636262136959"
                + " 0.0668431794528 0.20816151857 0.164363095886 0.0850068956885 0.0914314507147",
        "brown-almost-linear, 0, 1 1 1 1 1",
        "brown-almost-linear, 1, 0 0 0 0 6",
        "linear-full-rank, 0, -1 -1 -1 -1",
        "linear-rank-1, 0, 0 0 0.058823529411764705 0", // Σ j xⱼ = 3 / (2m + 1) = 3/17
        "linear-rank-1-zero, 0, 7 0 0.07692307692307693 7", // 2x₂ + 3x₃ = 3 / (2m − 3) = 3/13
        "chebyquad, 0, 0.2113248654051871 0.7886751345948129",
        "chebyquad, 0, 0.043152760151 0.193090840384 0.26632870689 0.5 0.5 0.73367129311 0.806909159616"
                + " 0.956847239849",
        "chebyquad, 1, 0.0596199005099 0.166708281801 0.239170658895 0.398884292284 0.398884292241 0.601115707636"
                + " 0.601115707669 0.760829341014 0.833291718127 0.940380099439",
        "chained-rosenbrock, 0, 1 1 1 1 1",
        "chained-rosenbrock, 1, -0.993263372856 0.996606039443 0.998240611391 0.998988433768 0.999226153439"
                + " 0.999073648163 0.998454177402 0.997056251661 0.994179375223 0.988392630116",
        "bowl, 0, 0 0",
        "saddle, 0, 0 1",
        "saddle, 0, 0 -1",
        "himmelblau, 0, 3 2",
        "himmelblau, 0, -2.805118086953 3.131312518250",
        "himmelblau, 0, -3.779310253378 -3.283185991286",
        "himmelblau, 0, 3.584428340330 -1.848126526964",
        "rastrigin, 0, 0 0",
        "rastrigin, 1, 0 0.994958637652",
        "rastrigin, 2, -0.994958637652 0.994958637652",
        "rastrigin, 3, 1.98991223371 0",
        "rastrigin, 4, 1.98991223371 -0.994958637652",
    })
    void hasTheMinimum(String name, int which, String point) {
        double[] x =
                Arrays.stream(point.split(" ")).mapToDouble(Double::parseDouble).toArray();
        var problem = Problems.named(name, x.length);
        double minimum = problem.minima().get(which);
        assertThat(value(problem, x)).isCloseTo(minimum, within(1e-6 * Math.abs(minimum) + 1e-18));
        assertThat(norm(gradient(problem, x))).isLessThanOrEqualTo(1e-6 * norm(gradient(problem, problem.start())));
    }

    @Test
    void minimaAtInfinityAreApproached() {
        var bard = Problems.named("bard");
        assertThat(value(bard, 0.8406666667, -1e9, -1e9))
                .isCloseTo(bard.minima().get(1), within(1e-7));
        var kowalik = Problems.named("kowalik-osborne");
        assertThat(value(kowalik, 1e9, -14.0758833, -45.25719124e9, -28.23149677e9))
                .isCloseTo(kowalik.minima().get(1), within(1e-10));
    }

    /// As Newton's method in NumPy finds it.
    @Test
    void differentialAndIntegralEquationHaveTheSameSolution() {
        double[] x = {
            -0.07502212929232047, -0.13197621035219062, -0.1648487719093373, -0.1646646802158007, -0.11741765168419359
        };
        assertThat(value(Problems.named("discrete-boundary-value", 5), x)).isCloseTo(0, within(1e-20));
        assertThat(value(Problems.named("discrete-integral-equation", 5), x)).isCloseTo(0, within(1e-20));
    }

    private static double value(Problem problem, double... x) {
        double[] at = x.length == 0 ? problem.start() : x;
        return problem.objective().at(at, new double[at.length]);
    }

    private static double[] gradient(Problem problem, double[] x) {
        double[] gradient = new double[x.length];
        Arrays.fill(gradient, Double.NaN);
        problem.objective().at(x, gradient);
        return gradient;
    }

    private static double norm(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(value -> value * value).sum());
    }
}
