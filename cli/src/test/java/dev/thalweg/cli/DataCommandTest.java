package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.data.DataSets;
import dev.thalweg.data.catalog.Catalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `data get` without a network, and `data convert`.
class DataCommandTest {
    @TempDir
    Path folder;

    private String cache;

    @BeforeEach
    void useAnEmptyCache() {
        cache = System.getProperty("thalweg.cache");
        System.setProperty("thalweg.cache", folder.resolve("cache").toString());
    }

    @AfterEach
    void useTheCacheOfBefore() {
        if (cache == null) System.clearProperty("thalweg.cache");
        else System.setProperty("thalweg.cache", cache);
    }

    @Test
    void listsWhatCanBeFetchedAndWhatIsHere() throws IOException {
        assertThat(thalweg("data", "get"))
                .satisfies(ran -> assertThat(ran.status()).isZero())
                .satisfies(ran -> assertThat(ran.out())
                        .contains("cifar10         170.1 MB  60,000 things and animals")
                        .contains("food101          5.00 GB")
                        .doesNotContain("(here)")
                        .endsWith("./thalweg data get NAME shows the terms of one and fetches it.\n"));
        pretend("cifar10");
        assertThat(thalweg("data", "get").out().lines().filter(line -> line.endsWith("(here)")))
                .singleElement()
                .asString()
                .startsWith("cifar10");
    }

    /// Files of the right length where the catalogue looks for them.
    private void pretend(String name) throws IOException {
        var entry = Catalogue.shipped().get(name);
        Path place = Catalogue.folder(Catalogue.defaultFolder(), entry);
        Files.createDirectories(place);
        for (var file : entry.files())
            try (var sparse =
                    new java.io.RandomAccessFile(place.resolve(file.name()).toFile(), "rw")) {
                sparse.setLength(file.bytes());
            }
    }

    @Test
    void whatIsHereIsSaidToBeHere() throws IOException {
        pretend("cifar10");
        var ran = thalweg("data", "get", "cifar10", "--offline");
        assertThat(ran.status()).isZero();
        String place = folder.resolve("cache/data/cifar10").toString();
        assertThat(ran.out())
                .isEqualTo("CIFAR-10 is here already.\nfolder           %s\nto train on it   ./thalweg train %s\n"
                        .formatted(place, place));
    }

    @Test
    void refusesInASentence() {
        var unknown = thalweg("data", "get", "cifar-10");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err())
                .startsWith("thalweg data get: there is no data set 'cifar-10'; did you mean 'cifar10'?");
        var offline = thalweg("data", "get", "mnist", "--offline", "--to", folder);
        assertThat(offline.status()).isEqualTo(1);
        assertThat(offline.out()).isEmpty();
        assertThat(offline.err())
                .isEqualTo("thalweg data get: mnist is not in %s, and downloads are off (--offline, THALWEG_OFFLINE)\n"
                        .formatted(folder));
    }

    @Test
    void trainSaysHowToFetchWhatItDoesNotFetch() {
        var ran = thalweg("train", "cifar10");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err())
                .isEqualTo(
                        "thalweg train: cifar10: it is not here; ./thalweg data get cifar10 fetches it (170.1 MB)\n");
    }

    @Test
    void namesOfFetchedSetsAreTheirFolders() throws IOException {
        pretend("mnist");
        assertThat(PublishedData.locate("mnist"))
                .isEqualTo(folder.resolve("cache/data/mnist").toString());
        assertThat(PublishedData.locate("photos")).isEqualTo("photos");
        assertThat(PublishedData.locate("shapes:100")).isEqualTo("shapes:100");
    }

    @Test
    void convertsWhatItCanOpen() throws IOException {
        var file = folder.resolve("shapes.safetensors");
        var ran = thalweg("data", "convert", "shapes:50", "--out", file, "--threads", "2");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.status()).isZero();
        try (var original = DataSets.open("shapes:50");
                var converted = DataSets.open(file.toString())) {
            assertThat(converted.classes()).isEqualTo(original.classes());
            assertThat(converted.train().labels()).isEqualTo(original.train().labels());
            for (int i = 0; i < 50; i++)
                assertThat(converted.train().picture(i).pixels())
                        .isEqualTo(original.train().picture(i).pixels());
            int pictures = original.train().size() + original.test().size();
            assertThat(ran.out())
                    .contains("pictures         %,d of %s pixels, colour, as they were"
                            .formatted(pictures, original.train().dimensions(0)))
                    .endsWith("to train on it   ./thalweg train %s\n".formatted(file));
        }
        var again = thalweg("data", "convert", "shapes:50", "--out", file);
        assertThat(again.status()).isEqualTo(2);
        assertThat(again.err()).isEqualTo("thalweg data convert: --out: there is a file %s already\n".formatted(file));
    }

    @Test
    void convertsToAnotherSize() throws IOException {
        var file = folder.resolve("shapes.safetensors");
        var ran =
                thalweg("data", "convert", "shapes:50", "--out", file, "--size", "20x12", "--fit", "--parts", "train");
        assertThat(ran.out()).contains("pictures         50 of 12×20 pixels, colour, squeezed into that");
        try (var converted = DataSets.open(file.toString())) {
            assertThat(converted.train().picture(0).height()).isEqualTo(20);
            assertThat(converted.train().size() + converted.test().size()).isEqualTo(50);
        }
    }

    @Test
    void refusesWhatCannotBeConverted() {
        var file = folder.resolve("a.safetensors");
        assertThat(thalweg("data", "convert", "shapes:50", "--out", "a.npz").err())
                .isEqualTo("thalweg data convert: --out must be a name that ends in .safetensors, got 'a.npz'\n");
        assertThat(thalweg("data", "convert", "shapes:50", "--out", file, "--crop", "--fit")
                        .err())
                .isEqualTo("thalweg data convert: --crop must be without --fit, got both\n");
        assertThat(thalweg("data", "convert", "shapes:50", "--out", file, "--parts", "all")
                        .err())
                .isEqualTo("thalweg data convert: --parts: parts are train, validation and test, got 'all'\n");
        assertThat(thalweg("data", "convert", folder.resolve("none"), "--out", file)
                        .err())
                .contains("there is no such file or folder");
        assertThat(file).doesNotExist();
    }

    @Test
    void aLineSaysHowFarItIs() {
        var text = new StringWriter();
        var line = new ProgressLine(new PrintWriter(text), true, false, Text::bytes);
        line.begin("fetching a.tar", 0);
        line.at(25_000_000, 100_000_000);
        assertThat(text.toString()).startsWith("\rfetching a.tar ━").contains(" 25 %  25.0 MB");
        line.say("a note");
        assertThat(text.toString()).endsWith("\r\033[Ka note" + System.lineSeparator());
    }
}
