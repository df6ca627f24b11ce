package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.Examples;
import dev.thalweg.data.Flip;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Momentum;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Sgd;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DefaultsTest {
    private static final List<String> KINDS = List.of("ants", "bees", "wasps");
    private static final List<String> DIGITS =
            IntStream.range(0, 10).mapToObj(String::valueOf).toList();

    /// Blank pictures; photos differ in size.
    private record Blank(int size, int width, int height, int channels, boolean photos) implements Examples {
        @Override
        public int label(int i) {
            return i % 3;
        }

        @Override
        public String name(int i) {
            return "blank " + i;
        }

        @Override
        public Picture picture(int i) {
            int w = photos ? width + i % 7 : width;
            return new Picture(w, height, channels, new byte[w * height * channels]);
        }
    }

    private static DataSet set(List<String> classes, Blank train) {
        return DataSet.of("blank", classes, train, Examples.none(), train);
    }

    private static final DataSet COLOUR = set(KINDS, new Blank(50_000, 32, 32, 3, false));
    private static final DataSet GREY_DIGITS = set(DIGITS, new Blank(60_000, 28, 28, 1, false));
    private static final DataSet PHOTOS = set(KINDS, new Blank(244, 500, 375, 3, true));

    private static Recipe of(DataSet data, Defaults.Given given) throws IOException {
        return Defaults.forData("blank", data, given);
    }

    private static Defaults.Given model(String name) {
        return new Defaults.Given(name, null, null, null, null);
    }

    static Stream<String> everyModel() {
        return Architectures.names().stream();
    }

    @ParameterizedTest
    @MethodSource("everyModel")
    void everyNetworkFitsEveryKindOfData(String name) throws IOException {
        for (var data : List.of(COLOUR, GREY_DIGITS, PHOTOS)) {
            var recipe = of(data, model(name));
            var net = recipe.network();
            var network = Architectures.create(
                    net.name(),
                    Shape.of(net.channels(), net.height(), net.width()),
                    data.classes().size());
            assertThat(network.name()).isEqualTo(name);
            int batch = recipe.training().batch();
            assertThat(batch).isBetween(1, data.train().size());
            long steps = (long) (data.train().size() / batch * recipe.training().epochs());
            assertThat(recipe.optimization().schedule().factor(0, steps)).isPositive();
            if (recipe.optimization().schedule() instanceof Schedule.Warmup warmup)
                assertThat(warmup.length()).isLessThanOrEqualTo(steps / 2);
        }
    }

    @Test
    void airbenchForSmallPictures() throws IOException {
        var recipe = of(COLOUR, Defaults.Given.NOTHING);
        assertThat(recipe.network()).isEqualTo(new Recipe.Net("cifarnet", 3, 32, 32));
        assertThat(recipe.training().batch()).isEqualTo(1024);
        assertThat(recipe.optimization().learningRate()).isEqualTo(1.5);
        assertThat(recipe.augmentation().flip()).isEqualTo(Flip.ALTERNATING);
        var shipped = RecipeFile.shipped("airbench94").over(recipe);
        assertThat(shipped.withEpochs(recipe.training().epochs())).isEqualTo(recipe);
    }

    @Test
    void digitsAreNotMirrored() throws IOException {
        for (String name : List.of("cifarnet", "lenet5", "resnet20", "resnet18")) {
            var recipe = of(GREY_DIGITS, model(name));
            assertThat(recipe.augmentation().flip()).as(name).isEqualTo(Flip.NONE);
            assertThat(recipe.test()).as(name).isEqualTo(Averaging.NONE);
            assertThat(recipe.network().channels()).as(name).isEqualTo(1);
        }
    }

    @Test
    void photosAreCutAndShrunk() throws IOException {
        var recipe = of(PHOTOS, Defaults.Given.NOTHING);
        assertThat(recipe.network()).isEqualTo(new Recipe.Net("resnet18", 3, 128, 128));
        assertThat(recipe.augmentation().resizedCrop()).isNotNull();
        assertThat(recipe.augmentation().resizedCrop().smallest()).isEqualTo(0.25);
        assertThat(recipe.data().centre()).isEqualTo(0.875);
    }

    @Test
    void networksOfPhotosGetPicturesThatAreLargeEnough() throws IOException {
        assertThat(of(COLOUR, model("vgg16-bn")).network()).isEqualTo(new Recipe.Net("vgg16-bn", 3, 64, 64));
        assertThat(of(COLOUR, new Defaults.Given("vgg16-bn", new Dimensions(40, 48), null, null, null))
                        .network())
                .isEqualTo(new Recipe.Net("vgg16-bn", 3, 48, 40));
    }

    @Test
    void theRateGrowsWithTheBatch() throws IOException {
        var one = of(COLOUR, new Defaults.Given("resnet20", null, 10.0, 128, null));
        var four = of(COLOUR, new Defaults.Given("resnet20", null, 10.0, 128, 4));
        assertThat(one.optimization().learningRate()).isEqualTo(0.1);
        assertThat(four.optimization().learningRate()).isEqualTo(0.4);
        assertThat(((Schedule.Warmup) one.optimization().schedule()).length()).isEqualTo(50_000 / 128);
        assertThat(((Schedule.Warmup) four.optimization().schedule()).length()).isEqualTo(50_000 / 128 / 4);
    }

    @Test
    void anotherRuleKeepsTheEffectiveRate() throws IOException {
        var recipe = of(COLOUR, model("resnet20"));
        assertThat(recipe.optimization().rule()).isEqualTo(new Nesterov(0.9));
        assertThat(Defaults.withRule(recipe, new Sgd()).optimization().learningRate())
                .isCloseTo(1, within(1e-9));
        assertThat(Defaults.withRule(recipe, new Momentum(0.8)).optimization().learningRate())
                .isCloseTo(0.2, within(1e-9));
        assertThat(Defaults.withRule(recipe, new Sgd()).optimization().decay()).isEqualTo(Decay.coupled(5e-4));
    }

    @Test
    void unknownNetworks() {
        assertThatThrownBy(() -> of(COLOUR, model("resnet81")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("there is no architecture 'resnet81'; did you mean 'resnet18'?");
    }
}
