package dev.thalweg.data;

import static dev.thalweg.data.Fixtures.png;
import static dev.thalweg.data.Fixtures.write;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.Dimensions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTableTest {
    @TempDir
    Path folder;

    private void pictures(String... names) throws IOException {
        for (int i = 0; i < names.length; i++) write(folder, names[i], png(2 + i, 3, i));
    }

    private Path table(String name, String text) throws IOException {
        return write(folder, name, text.getBytes(UTF_8));
    }

    private DataSet open() throws IOException {
        return DataSets.open(folder.toString());
    }

    private static String all(DataSet set) {
        var text = new StringBuilder();
        for (var part : new Examples[] {set.train(), set.validation(), set.test()}) {
            for (int i = 0; i < part.size(); i++)
                text.append(part.name(i))
                        .append('=')
                        .append(set.classes().get(part.label(i)))
                        .append(' ');
            text.append("| ");
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "path,label,split\na.png,cat,train\nb.png,dog,train\nc.png,dog,test\n",
                "\ufeffsplit;File Name;Class\r\ntrain;a.png;cat\r\ntrain;b.png;dog\r\ntest;c.png;dog\r\n",
                "label\tid\tpartition\ncat\ta\ttraining\n\ndog\tb\tTrain\ndog\tc\ttesting",
                "a.png,cat,train\nb.png,dog,train\nc.png,dog,test\n",
                "image|what|set\na.png|cat|train\nb.png|\"dog\"|train\n\"c.png\"|dog|test\n",
                "n,url,img_path,category,subset\n1,\"x, \"\"y\"\"\",./a.png,cat,train\n2,\"q\nr\",b.png,dog,train\n"
                        + "3,,x/../c.png,dog,test\n",
            })
    void separatorsHeadersQuotesAndColumnsAreFound(String text) throws IOException {
        pictures("a.png", "b.png", "c.png");
        table("labels.csv", text);
        try (var set = open()) {
            assertThat(all(set)).isEqualTo("a.png=cat b.png=dog | | c.png=dog | ");
            assertThat(set.train().dimensions(1)).isEqualTo(new Dimensions(3, 3));
            assertThat(set.notes()).isEmpty();
        }
        try (var given = DataSets.open(folder.resolve("labels.csv").toString());
                var set = open()) {
            assertThat(given.fingerprint()).isEqualTo(set.fingerprint());
            assertThat(given.name()).isEqualTo(folder.getFileName().toString());
        }
    }

    @Test
    void theExportOfASpreadsheetInUtf16() throws IOException {
        pictures("ü.png", "b.png");
        write(folder, "labels.tsv", "\ufeffpath\tlabel\r\nü.png\t1\r\nb.png\t2\r\n".getBytes(UTF_16LE));
        try (var set = open()) {
            assertThat(set.train().name(0)).isEqualTo("ü.png");
        }
    }

    @Test
    void wholeNumbersAreInTheirOrder() throws IOException {
        pictures("a.png", "b.png", "c.png", "d.png");
        table("labels.csv", "path,label\na.png,10\nb.png,9\nc.png,0\nd.png,10\n");
        try (var set = open()) {
            assertThat(set.classes()).containsExactly("0", "9", "10");
        }
        table("labels.csv", "path,label\na.png,10\nb.png,9\nc.png,x\nd.png,10\n");
        try (var set = open()) {
            assertThat(set.classes()).containsExactly("10", "9", "x");
        }
    }

    /// As Kaggle has them: identifiers without endings, pictures in folders by part, a test table
    /// without labels, an example of a submission.
    @Test
    void picturesLieInAnyFolder() throws IOException {
        pictures("train/1.png", "train/2.png", "val/3.png", "test/4.png");
        table("train.csv", "id,breed\n1,cat\n2,dog\n");
        table("val.csv", "id,breed\n3,dog\n");
        table("test.csv", "id\n4\n");
        table("sample_submission.csv", "id,breed\n4,dog\n");
        try (var set = DataSets.open(folder.toString(), SplitOptions.DEFAULT)) {
            assertThat(all(set)).isEqualTo("train/1.png=cat train/2.png=dog | | val/3.png=dog | ");
            assertThat(set.notes())
                    .containsExactly(
                            "test.csv has no column of labels and was left out",
                            "1 picture is not named in the table and was left out: test/4.png");
        }
    }

    @Test
    void metadataInEachPartsFolder() throws IOException {
        pictures("set/train/1.png", "set/train/2.png", "set/test/1.png");
        table("set/train/metadata.csv", "file_name,label\n1.png,cat\n2.png,dog\n");
        table("set/test/metadata.csv", "file_name,label\n1.png,dog\n");
        try (var set = open()) {
            assertThat(all(set)).isEqualTo("train/1.png=cat train/2.png=dog | | test/1.png=dog | ");
        }
    }

    @Test
    void besideFoldersByClassOnlyATableCalledLabelsCounts() throws IOException {
        pictures("cat/1.png", "dog/2.png", "dog/3.png");
        table("sizes.csv", "name,bytes\nx,7\n");
        try (var set = open()) {
            assertThat(set.classes()).containsExactly("cat", "dog");
        }
        Files.delete(folder.resolve("sizes.csv"));
        table("labels.csv", "path,label\ncat/1.png,A\ndog/2.png,A\ndog/3.png,B\n");
        try (var set = open()) {
            assertThat(set.classes()).containsExactly("A", "B");
            assertThat(set.notes()).containsExactly("labels are those of labels.csv, not the names of the folders");
        }
    }

    @Test
    void insideAnArchive() throws IOException {
        var tar = new ByteArrayOutputStream();
        for (int i = 0; i < 4; i++) tar.writeBytes(Fixtures.member("set/" + i + ".png", '0', png(2, 2, i)));
        tar.writeBytes(Fixtures.member(
                "set/labels.tsv",
                '0',
                "file\tindex\twnid\tname\n0.png\t5\tn1\tray\n1.png\t6\tn2\tfox\n2.png\t6\tn2\tfox\n3.png\t5\tn1\tray\n"
                        .getBytes(UTF_8)));
        tar.writeBytes(Fixtures.endOfTar());
        try (var set = DataSets.open(write(folder, "x.tar", tar.toByteArray()).toString())) {
            assertThat(set.classes()).containsExactly("fox", "ray");
            assertThat(set.train().picture(0).dimensions()).isEqualTo(new Dimensions(2, 2));
        }
    }

    @Test
    void aTableGivenByNameMayNamePicturesAnywhere() throws IOException {
        pictures("in/a.png", "b.png");
        var text = "in/../in/a.png,x\n../b.png,y\n%s,x\n".formatted(folder.resolve("in/a.png"));
        var file = table("in/list.csv", text.replace("in/../in/", ""));
        try (var set = DataSets.open(file.toString())) {
            assertThat(set.name()).isEqualTo("list");
            assertThat(all(set)).isEqualTo("a.png=x ../b.png=y | | | ");
            assertThat(set.notes()).containsExactly("1 repeated row of list.csv was left out: line 3");
        }
    }

    @Test
    void rowsMayEndInEmptyFields() throws IOException {
        pictures("a.png", "b.png");
        table("labels.csv", "path,label\na.png,x,\nb.png,y,,\n");
        try (var set = open()) {
            assertThat(all(set)).isEqualTo("a.png=x b.png=y | | | ");
        }
    }

    /// Of a table that was given, whose paths lead anywhere.
    @Test
    void whatIsNoFile() throws IOException {
        pictures("a.png");
        for (var there : new String[][] {{"../", "a folder"}, {"/dev/null", "what is no file"}, {"/absent", "none"}}) {
            var file = table("list.csv", "path,label\na.png,x\n%s,y\n".formatted(there[0]));
            assertThatThrownBy(() -> DataSets.open(file.toString()))
                    .hasMessage(file
                            + ", byte 19: line 3: expected the file '%s', found %s: mend or delete this row"
                                    .formatted(there[0], there[1]));
        }
    }

    private void refused(String text, String message) throws IOException {
        var file = table("labels.csv", text);
        assertThatThrownBy(this::open).isInstanceOf(MalformedFile.class).hasMessage(file + message);
    }

    @Test
    void saysWhichLineIsWrong() throws IOException {
        pictures("a.png", "b.png", "s/c.png", "t/c.png");
        refused(
                "path,label\na.png,x\nz.png,y\nq.png,y\n",
                ", byte 19: line 3: expected the file 'z.png', found none; so for 2 of 3 rows: mend or delete these");
        refused(
                "path,label\na.png,x\ns,y\n",
                ", byte 19: line 3: expected the file 's', found a folder: mend or delete this row");
        refused(
                "path,label\na.png,x\nb.png,y,z,\n",
                ", byte 19: line 3: expected 2 fields, as many as there are names, found 4: one that holds a separator"
                        + " belongs into quotation marks");
        refused(
                "path,label\r\na.png,x\r\nb.png,y\r\na.png,y\r\n",
                ", byte 30: line 4: expected one label for 'a.png', found 'y' and, in line 2, 'x'");
        refused(
                "path,label,split\na.png,x,train\nb.png,y,train\na.png,x,test\n",
                ", byte 45: line 4: expected 'a.png' in one part, found it in test and, in line 2, in train");
        refused(
                "path,label,split\na.png,x,first\n",
                ", byte 17: line 2: expected the part train, val or test, found 'first'");
        refused("path,label\na.png,x\nb.png\n", ", byte 19: line 3: expected a label in column 2, found 1 columns");
        refused("path,label\na.png,\n", ", byte 11: line 2: expected a label in column 2, found none");
        refused("path,label\na.png,x\nc,y\n", ", byte 19: line 3: expected one file 'c', found 2: s/c.png and t/c.png");
        refused(
                "path,size,date\na.png,x,y\n",
                ", byte 0: line 1: expected a column of labels, called label, class, category or target, or just one besides that of paths, found path, size, date");
        refused(
                "what,label\nx,y\n",
                ", byte 0: line 1: expected a column of paths, called path, file, filename, image or id, found what, label");
        refused("", ", byte 0: expected rows of paths and labels, found none");
        refused("path,label\n", ", byte 0: expected rows of paths and labels, found only names");
        refused(
                "path,label\na.png,x\nb.png,x\n",
                ", byte 0: expected at least two classes in the training part, found only 'x'");
        refused(
                "path,label,split\na.png,x,train\nb.png,y,train\ns/c.png,z,val\n",
                ", byte 0: expected the validation part to have the classes of the training part (x, y), found also 'z'");
        var file = write(folder, "labels.csv", "path,label\na.png,\u00fc\n".getBytes(ISO_8859_1));
        assertThatThrownBy(this::open)
                .hasMessage(file + ", byte 17: expected text in UTF-8, found other bytes: save the table as UTF-8");
        refused(
                "path,label\na.png,\"x\n",
                ", byte 11: line 2: expected a quotation mark that ends the field that one begins here, found the end of"
                        + " the table");
        refused(
                "path,label\n\"a.png\",\"x\r\n\"\"y\"\r\nb.png, \"y\r\nb.png,y\r\n",
                ", byte 29: line 4: expected a quotation mark that ends the field that one begins here, found the end of"
                        + " the table");
    }

    /// What a table holds is quoted on one line, and only its beginning.
    @Test
    void whatIsQuotedStaysOnOneLine() throws IOException {
        pictures("a.png", "b.png");
        refused(
                "what\u0004,label\nx,y\n",
                ", byte 0: line 1: expected a column of paths, called path, file, filename, image or id, found what\ufffd,"
                        + " label");
        refused(
                "path,label\na.png,x\n\"c\u0007.png\",y\n",
                ", byte 19: line 3: expected the file 'c\ufffd.png', found none: mend or delete this row");
        refused(
                "path,label\na.png,\"x\u0001\"\nb.png,\"x\u0001\"\n",
                ", byte 0: expected at least two classes in the training part, found only 'x\ufffd'");
        refused(
                "path,label\na.png,x\nb.png,y\na.png,%s\n".formatted("z".repeat(100)),
                ", byte 27: line 4: expected one label for 'a.png', found '%s…' and, in line 2, 'x'"
                        .formatted("z".repeat(60)));
    }

    @Test
    void manyRows() throws IOException {
        pictures("a.png", "b.png");
        var text = new StringBuilder("path,label\n");
        IntStream.range(0, 100_000).forEach(i -> text.append(i % 2 == 0 ? "a.png,x\n" : "b.png,y\n"));
        table("labels.csv", text.toString());
        try (var set = open()) {
            assertThat(set.notes())
                    .containsExactly("99,998 repeated rows of labels.csv were left out: line 4 and others");
        }
    }

    @Test
    void theSamplesOfImageNet() throws IOException {
        try (var set = DataSets.open(Fixtures.data("imagenet-samples/imagenet-samples-100.tar"))) {
            assertThat(set.classes()).hasSize(100).contains("electric_ray", "yurt");
            assertThat(set.train().size() + set.test().size()).isEqualTo(100);
            assertThat(set.train().name(0)).isEqualTo("n01496331_electric_ray.JPEG");
        }
    }
}
