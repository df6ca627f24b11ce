package dev.thalweg.data;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.Picture;
import dev.thalweg.tensor.JavaWorkers;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LoaderTest {
    private static final Preprocessing PLAIN = Preprocessing.plain(3, 7, 5);
    private static final Augmentation EVERYTHING = new Augmentation(Flip.RANDOM, 2, new ResizedCrop(0.3, 1), 3);

    /// 103 pictures of 9 × 11: not the network's size, and not a whole number of batches.
    private final Examples examples = Fixtures.noises(103, 9, 11, 3);

    private static LoaderOptions options(int batch) {
        return new LoaderOptions(batch, 42, false, 2, 3, 1 << 20);
    }

    /// What a batch holds, as text.
    private static String content(Batch batch) {
        var floats = batch.images().toArray(JAVA_FLOAT);
        var labels = batch.labels().toArray(JAVA_INT);
        return batch.position() + " view " + batch.view() + " size " + batch.size() + " " + Arrays.toString(labels)
                + Arrays.hashCode(floats);
    }

    private static List<String> take(Loader loader, int count) throws IOException {
        var contents = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            var batch = loader.next();
            contents.add(content(batch));
            batch.release();
        }
        return contents;
    }

    @Test
    void threadsCacheAndReadAheadChangeNothing() throws IOException {
        List<String> expected;
        try (var loader = new Loader(examples, PLAIN, EVERYTHING, options(40))) {
            expected = take(loader, 10);
        }
        assertThat(new TreeSet<>(expected)).hasSize(10);
        for (var other : List.of(
                options(40).withThreads(0),
                options(40).withThreads(1).withReadAhead(1),
                options(40).withThreads(5).withReadAhead(7),
                options(40).withCacheBytes(0),
                options(40).withCacheBytes(5_000))) {
            try (var loader = new Loader(examples, PLAIN, EVERYTHING, other)) {
                assertThat(take(loader, 10)).as(other.toString()).isEqualTo(expected);
            }
        }
        try (var workers = new JavaWorkers(3);
                var loader =
                        new Loader(examples, PLAIN, EVERYTHING, options(40).withThreads(0), Position.START, workers)) {
            assertThat(take(loader, 10)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7})
    void goesOnFromAnyPosition(int position) throws IOException {
        List<String> expected;
        try (var loader = new Loader(examples, PLAIN, EVERYTHING, options(40))) {
            expected = take(loader, 10);
        }
        var start = new Position(position / 3, position % 3);
        try (var loader = new Loader(examples, PLAIN, EVERYTHING, options(40), start, Workers.SERIAL)) {
            assertThat(take(loader, 10 - position)).isEqualTo(expected.subList(position, 10));
        }
    }

    /// The same of an order with locality: position, threads and cache make no difference to it.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 7})
    void goesOnFromAnyPositionOfABufferedShuffle(int position) throws IOException {
        var buffered = options(40).withShuffle(new ShuffleBuffer(20, 6));
        List<String> expected;
        try (var loader = new Loader(examples, PLAIN, EVERYTHING, buffered)) {
            expected = take(loader, 10);
        }
        try (var loader = new Loader(examples, PLAIN, EVERYTHING, options(40))) {
            assertThat(take(loader, 10)).doesNotContainAnyElementsOf(expected);
        }
        var start = new Position(position / 3, position % 3);
        var other = buffered.withThreads(3).withCacheBytes(0);
        try (var loader = new Loader(examples, PLAIN, EVERYTHING, other, start, Workers.SERIAL)) {
            assertThat(take(loader, 10 - position)).isEqualTo(expected.subList(position, 10));
        }
    }

    @Test
    void everyEpochVisitsEveryExampleOnceInANewOrder() throws IOException {
        try (var loader = new Loader(examples, PLAIN, Augmentation.NONE, options(40))) {
            assertThat(loader.batchesPerEpoch()).isEqualTo(3);
            var orders = new ArrayList<List<Integer>>();
            for (int epoch = 0; epoch < 2; epoch++) {
                var order = new ArrayList<Integer>();
                for (int b = 0; b < 3; b++) {
                    var batch = loader.next();
                    assertThat(batch.position()).isEqualTo(new Position(epoch, b));
                    for (int k = 0; k < batch.size(); k++) {
                        order.add(batch.index(k));
                        assertThat(batch.labels().getAtIndex(JAVA_INT, k)).isEqualTo(batch.index(k) % 3);
                    }
                    batch.release();
                }
                orders.add(order);
                assertThat(order)
                        .containsExactlyElementsOf(Arrays.stream(RandomKey.of(42)
                                        .fold("shuffle")
                                        .fold(epoch)
                                        .permutation(103))
                                .boxed()
                                .toList());
            }
            assertThat(orders.get(0)).isNotEqualTo(orders.get(1));
        }
    }

    @Test
    void everyEpochGoesThroughTheBufferInAnOrderOfItsOwn() throws IOException {
        var buffer = new ShuffleBuffer(20, 6);
        try (var loader =
                new Loader(examples, PLAIN, Augmentation.NONE, options(40).withShuffle(buffer))) {
            for (int epoch = 0; epoch < 2; epoch++) {
                var order = new ArrayList<Integer>();
                for (int b = 0; b < 3; b++) {
                    var batch = loader.next();
                    for (int k = 0; k < batch.size(); k++) order.add(batch.index(k));
                    batch.release();
                }
                var key = RandomKey.of(42).fold("shuffle").fold(epoch);
                assertThat(order)
                        .containsExactlyElementsOf(Arrays.stream(buffer.order(examples.inStoredOrder(), key))
                                .boxed()
                                .toList());
            }
        }
    }

    @Test
    void aBatchThatIsNotFullEndsInZerosAndNoLabels() throws IOException {
        try (var loader = new Loader(examples, PLAIN, Views.PLAIN, options(40), new Position(5, 2), Workers.SERIAL)) {
            var batch = loader.next();
            assertThat(batch.size()).isEqualTo(23);
            assertThat(batch.images().byteSize()).isEqualTo(40 * 105 * 4);
            assertThat(batch.images().address() % 64).isZero();
            assertThat(batch.images().asSlice(23 * 105 * 4).toArray(JAVA_FLOAT)).containsOnly(0);
            assertThat(batch.labels().asSlice(23 * 4).toArray(JAVA_INT)).containsOnly(-1);
            assertThat(batch.index(22)).isEqualTo(102);
        }
    }

    @Test
    void dropLastLeavesItOut() throws IOException {
        try (var loader = new Loader(examples, PLAIN, Views.PLAIN, options(40).withDropLast(true))) {
            assertThat(loader.batchesPerEpoch()).isEqualTo(2);
            assertThat(take(loader, 3).get(2)).startsWith("Position[epoch=1, batch=0] view 0 size 40");
        }
        assertThatThrownBy(() ->
                        new Loader(examples, PLAIN, Views.PLAIN, options(104).withDropLast(true)))
                .hasMessage("103 examples do not fill a batch of 104: choose a smaller batch or keep the last one");
    }

    /// A row 0 1 2 3 4 looked at in all ways.
    @Test
    void viewsShiftWithReflectedBordersAndThenMirror() throws IOException {
        var row = Fixtures.examples(List.of(new Picture(5, 1, 1, Fixtures.bytes(0, 1, 2, 3, 4))), 0);
        var unscaled = new Preprocessing(1, 1, 5, new float[1], new float[] {1 / 255f});
        var views = Views.equal(
                View.IDENTITY,
                new View(0, 0, true),
                new View(1, 0, false),
                new View(-2, 0, false),
                new View(-1, 3, true));
        float[][] expected = {{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {1, 2, 3, 4, 3}, {2, 1, 0, 1, 2}, {3, 2, 1, 0, 1}};
        try (var loader = new Loader(row, unscaled, views, options(1))) {
            assertThat(loader.callsPerEpoch()).isEqualTo(5);
            for (int v = 0; v < 5; v++) {
                var batch = loader.next();
                assertThat(batch.view()).isEqualTo(v);
                var seen = batch.images().toArray(JAVA_FLOAT);
                for (int x = 0; x < 5; x++)
                    assertThat(Math.round(seen[x] * 1000) / 1000f).isEqualTo(expected[v][x]);
                batch.release();
            }
        }
    }

    @Test
    void airbenchsViewsWeighTheShiftedOnesHalf() {
        var six = Views.mirrorAndShift();
        assertThat(six.views())
                .containsExactly(
                        new View(0, 0, false),
                        new View(0, 0, true),
                        new View(-1, -1, false),
                        new View(-1, -1, true),
                        new View(1, 1, false),
                        new View(1, 1, true));
        assertThat(six.weights()).containsExactly(0.25, 0.25, 0.125, 0.125, 0.125, 0.125);
        assertThatThrownBy(() -> new Views(six.views(), six.weights().subList(0, 5)))
                .hasMessage("6 views need as many weights, got 5");
    }

    /// Against the definition: pad by reflection, crop, mirror.
    @Test
    void shiftsAndFlipsAreReflectedCrops() throws IOException {
        var pictures = Fixtures.noises(50, 6, 4, 3);
        var plain = Preprocessing.plain(3, 4, 6);
        var offsets = new TreeSet<String>();
        try (var loader = new Loader(pictures, plain, new Augmentation(Flip.RANDOM, 2, null), options(50))) {
            for (int epoch = 0; epoch < 3; epoch++) {
                var batch = loader.next();
                var floats = batch.images().toArray(JAVA_FLOAT);
                for (int k = 0; k < 50; k++) offsets.add(match(pictures.picture(batch.index(k)), floats, k * 72));
                batch.release();
            }
        }
        assertThat(offsets).as("all of the 50 ways").hasSizeGreaterThan(40);
    }

    /// Further than the picture is wide.
    @Test
    void shiftsBeyondThePicture() throws IOException {
        var pictures = Fixtures.noises(50, 6, 4, 3);
        var plain = Preprocessing.plain(3, 4, 6);
        try (var loader = new Loader(pictures, plain, new Augmentation(Flip.RANDOM, 20, null), options(50))) {
            for (int epoch = 0; epoch < 3; epoch++) {
                var batch = loader.next();
                var floats = batch.images().toArray(JAVA_FLOAT);
                for (int k = 0; k < 50; k++) match(pictures.picture(batch.index(k)), floats, k * 72, 20);
                batch.release();
            }
        }
    }

    private static String match(Picture picture, float[] floats, int from) {
        return match(picture, floats, from, 2);
    }

    /// Finds the one shift and flip that explains what the loader gave.
    ///
    /// @param most pixels of a shift
    private static String match(Picture picture, float[] floats, int from, int most) {
        for (int dy = -most; dy <= most; dy++)
            for (int dx = -most; dx <= most; dx++)
                for (boolean mirror : new boolean[] {false, true}) {
                    boolean same = true;
                    for (int y = 0, o = from; y < 4; y++)
                        for (int x = 0; x < 6; x++)
                            for (int c = 0; c < 3; c++, o++)
                                same &= floats[o]
                                        == picture.at(mirrored((mirror ? 5 - x : x) + dx, 6), mirrored(y + dy, 4), c)
                                                / 255f;
                    if (same) return dx + " " + dy + " " + mirror;
                }
        throw new AssertionError("no shift and flip explains what the loader gave");
    }

    private static int mirrored(int i, int n) {
        while (i < 0 || i >= n) i = i < 0 ? -i : 2 * n - 2 - i;
        return i;
    }

    @Test
    void reflectionGoesOnPastTheOtherBorder() {
        int[] expected = {2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0};
        for (int i = -6; i <= 4; i++)
            assertThat(Renderer.reflect(i, 3)).as("%s", i).isEqualTo(expected[i + 6]);
        assertThat(Renderer.reflect(-4, 1)).isZero();
    }

    @Test
    void alternatingFlipsChangeFromEpochToEpoch() throws IOException {
        var flipped = new boolean[4][103];
        var wide = Fixtures.examples(Collections.nCopies(103, new Picture(2, 1, 1, Fixtures.bytes(0, 255))), 0);
        var augmentation = new Augmentation(Flip.ALTERNATING, 0, null);
        try (var loader = new Loader(wide, Preprocessing.plain(1, 1, 2), augmentation, options(103))) {
            for (var epoch : flipped) {
                var batch = loader.next();
                for (int k = 0; k < 103; k++)
                    epoch[batch.index(k)] = batch.images().getAtIndex(JAVA_FLOAT, 2L * k) == 1;
                batch.release();
            }
        }
        int first = 0;
        for (int i = 0; i < 103; i++) {
            if (flipped[0][i]) first++;
            assertThat(flipped[1][i]).isEqualTo(flipped[3][i]).isNotEqualTo(flipped[0][i]);
            assertThat(flipped[2][i]).isEqualTo(flipped[0][i]);
        }
        assertThat(first).isBetween(35, 68);
    }

    @Test
    void cutoutLeavesASquareOfZeros() throws IOException {
        var white = new Picture(16, 12, 3, new byte[16 * 12 * 3]);
        Arrays.fill(white.pixels(), (byte) -1);
        var whites = Fixtures.examples(Collections.nCopies(200, white), 0);
        var augmentation = new Augmentation(Flip.NONE, 0, null, 5);
        try (var loader = new Loader(whites, Preprocessing.plain(3, 12, 16), augmentation, options(200))) {
            var floats = loader.next().images().toArray(JAVA_FLOAT);
            var areas = new TreeSet<Integer>();
            for (int k = 0; k < 200; k++) {
                int zeros = 0;
                for (int p = 0; p < 576; p++) if (floats[k * 576 + p] == 0) zeros++;
                assertThat(zeros % 3).isZero();
                areas.add(zeros / 3);
            }
            assertThat(areas).contains(25).allMatch(area -> area >= 9 && area <= 25);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void anUnreadablePictureSurfacesWithItsName(int threads) throws IOException {
        var broken = new Examples() {
            @Override
            public int size() {
                return 103;
            }

            @Override
            public int label(int i) {
                return 0;
            }

            @Override
            public String name(int i) {
                return "photo " + i;
            }

            @Override
            public Picture picture(int i) throws IOException {
                if (i == 50) throw new MalformedFile("a.tar!/photo 50", 9, "expected a picture, found a poem");
                return examples.picture(i);
            }
        };
        try (var loader = new Loader(broken, PLAIN, Views.PLAIN, options(40).withThreads(threads))) {
            loader.next().release();
            for (int twice = 0; twice < 2; twice++)
                assertThatThrownBy(loader::next)
                        .isInstanceOf(IOException.class)
                        .hasMessage("cannot read photo 50: a.tar!/photo 50, byte 9: expected a picture, found a poem");
        }
    }

    @Test
    void closingLeavesNoThreadsAndNoMemory() throws IOException {
        var loader = new Loader(examples, PLAIN, EVERYTHING, options(40).withThreads(3));
        var batch = loader.next();
        loader.close();
        loader.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("thalweg-loader-"));
        assertThat(batch.images().scope().isAlive()).isFalse();
        batch.release();
        assertThatThrownBy(loader::next).hasMessage("the loader is closed");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void batchesThatAreNeverReleasedAreSpokenOf(int threads) throws IOException {
        try (var loader = new Loader(examples, PLAIN, Views.PLAIN, options(40).withThreads(threads))) {
            var first = loader.next();
            loader.next();
            loader.next();
            assertThatThrownBy(loader::next)
                    .hasMessage("all 3 buffers of the loader are in use: release batches,"
                            + " or raise LoaderOptions.readAhead");
            first.release();
            first.release();
            loader.next();
        }
    }

    @Test
    void statisticsTellWhoWaits() throws IOException {
        try (var loader = new Loader(examples, PLAIN, EVERYTHING, options(40))) {
            take(loader, 3);
            var earlier = loader.stats();
            take(loader, 6);
            var stats = loader.stats().since(earlier);
            assertThat(stats.batches()).isEqualTo(6);
            assertThat(stats.handedOut()).isEqualTo(206);
            assertThat(loader.stats().images()).isGreaterThanOrEqualTo(309);
            assertThat(stats.capacity()).isPositive();
        }
        var bound = new LoaderStats(2, 1000, 4, 10, 1000, 1, 4);
        assertThat(bound.capacity()).isEqualTo(500);
        assertThat(bound.demand()).isEqualTo(250);
        assertThat(bound)
                .hasToString("loader-bound: the loader can prepare 500 images/s, the step can use 250 (waited"
                        + " 1.0 s of 5.0 s)");
        assertThat(new LoaderStats(2, 1000, 4, 10, 1000, 0.1, 4).loaderBound()).isFalse();
    }
}
