package dev.thalweg.data.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.DataSets;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.data.Unreadable;
import dev.thalweg.data.UnreadablePicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadableTest {
    @TempDir
    Path folder;

    @BeforeEach
    void pictures() throws IOException {
        for (String part : List.of("train", "test"))
            for (String name : List.of("a", "b")) Folders.scenes(folder, part + "/" + name + "/", 5, name.hashCode());
    }

    @Test
    void leavesOutWhatCannotBeReadAndNothingElse() throws IOException {
        Folders.write(folder, "train/a/2.png", "not a picture".getBytes(UTF_8));
        Folders.write(folder, "test/b/4.png", Folders.cut(Folders.encoded(Folders.scene(32, 32, 9), "png")));
        var seen = new ArrayList<Integer>();
        try (var set = DataSets.open(folder.toString());
                var readable = Readable.of(set, (done, total) -> seen.add(done * 1000 + total))) {
            assertThat(seen).last().isEqualTo(20_020);
            assertThat(readable.train().labels()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 1);
            assertThat(readable.train().name(2)).isEqualTo("train/a/3.png");
            assertThat(readable.test().size()).isEqualTo(9);
            assertThat(readable.skipped()).hasSize(2);
            var first = readable.skipped().getFirst();
            assertThat(first.part()).isEqualTo("train");
            assertThat(first.index()).isEqualTo(2);
            assertThat(first.name()).isEqualTo("train/a/2.png");
            assertThat(first.reason()).contains("2.png, byte 0: expected a", "found a file beginning 6e 6f 74 20");
            assertThat(readable.skipped().getLast().name()).isEqualTo("test/b/4.png");
            assertThat(readable.notes())
                    .containsExactly("2 pictures cannot be read and were left out: train/a/2.png and others");
        }
    }

    /// Training pictures are met early enough.
    @Test
    void heldOutPicturesMustBeginAsPictures() throws IOException {
        Folders.write(folder, "train/a/2.png", new byte[0]);
        try (var set = DataSets.open(folder.toString())) {
            assertThatCode(() -> Readable.requireHeaders(set)).doesNotThrowAnyException();
        }
        Folders.write(folder, "test/b/4.png", new byte[0]);
        Folders.write(folder, "test/b/1.png", "<html>404</html>".getBytes(UTF_8));
        try (var set = DataSets.open(folder.toString())) {
            assertThatThrownBy(() -> Readable.requireHeaders(set))
                    .isInstanceOf(UnreadablePicture.class)
                    .hasMessageStartingWith("cannot read test/b/1.png: ");
        }
    }

    /// As if the damaged files had never been there.
    @Test
    void theRestIsTheSetWithoutTheFiles() throws IOException {
        var bad = Folders.write(folder, "train/a/2x.png", new byte[] {1, 2, 3, 4, 5});
        String fingerprint;
        try (var set = DataSets.open(folder.toString());
                var readable = Readable.of(set, Scan.Progress.SILENT)) {
            fingerprint = readable.fingerprint();
            assertThat(fingerprint).isNotEqualTo(set.fingerprint());
        }
        Files.delete(bad);
        try (var set = DataSets.open(folder.toString())) {
            assertThat(fingerprint).isEqualTo(set.fingerprint());
            assertThat(Readable.of(set, Scan.Progress.SILENT)).isSameAs(set);
        }
    }

    /// Parts are split off before: the others stay where they are.
    @Test
    void aDamagedFileDoesNotMoveTheSplit() throws IOException {
        var flat = folder.resolve("flat");
        for (String name : List.of("a", "b")) Folders.scenes(flat, name + "/", 11, name.hashCode());
        var options = SplitOptions.DEFAULT.withValidation(0.2);
        List<String> before, after;
        try (var set = DataSets.open(flat.toString(), options)) {
            before = names(set.test());
        }
        Folders.write(flat, "a/3.png", new byte[0]);
        Folders.write(flat, "b/7.png", new byte[0]);
        try (var set = DataSets.open(flat.toString(), options);
                var readable = Readable.of(set, Scan.Progress.SILENT)) {
            after = names(readable.test());
            assertThat(readable.skipped()).hasSize(2);
            assertThat(readable.train().size()
                            + readable.validation().size()
                            + readable.test().size())
                    .isEqualTo(20);
        }
        assertThat(before).containsAll(after);
    }

    private static List<String> names(dev.thalweg.data.Examples examples) {
        var names = new ArrayList<String>();
        for (int i = 0; i < examples.size(); i++) names.add(examples.name(i));
        return names;
    }

    @Test
    void refusesToLeaveAClassWithoutAny() throws IOException {
        for (int i = 0; i < 5; i++) Folders.write(folder, "train/b/" + i + ".png", new byte[] {1});
        try (var set = DataSets.open(folder.toString())) {
            assertThatThrownBy(() -> Readable.of(set, Scan.Progress.SILENT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("none of the training pictures of class 'b' can be read: skipping them would leave it"
                            + " without any");
        }
    }

    @Test
    void whatWasFoundBeforeIsNotReadAgainButMustBeThere() throws IOException {
        try (var set = DataSets.open(folder.toString())) {
            var known = List.of(new Unreadable("train", 1, "train/a/1.png", "why"));
            var without = Readable.without(set, known);
            assertThat(without.train().size()).isEqualTo(9);
            assertThat(without.skipped()).isEqualTo(known);
            for (var wrong : List.of(
                    new Unreadable("train", 2, "train/a/1.png", ""),
                    new Unreadable("train", 10, "train/a/1.png", ""),
                    new Unreadable("train", -1, "train/a/1.png", ""),
                    new Unreadable("tests", 1, "train/a/1.png", "")))
                assertThatThrownBy(() -> Readable.without(set, List.of(wrong)))
                        .hasMessageContaining("has changed: example " + wrong.index() + " of its " + wrong.part()
                                + " part is not 'train/a/1.png', which was left out");
        }
    }
}
