package dev.thalweg.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Sinks;

/// Against files that another implementation (HEBI's MFL) writes.
class MatFileTest {
    @TempDir
    Path folder;

    private Path write(ByteOrder order, int level, MatlabType type, int... values) throws IOException {
        var mat = Mat5.newMatFile();
        var matrix = Mat5.newMatrix(new int[] {1, values.length}, type);
        for (int i = 0; i < values.length; i++) matrix.setInt(i, values[i]);
        mat.addArray("x", Mat5.newString("no numbers"));
        mat.addArray("labels", matrix);
        mat.addArray("y", Mat5.newScalar(7));
        var file = folder.resolve("a.mat");
        try (var sink = Sinks.newStreamingFile(file.toFile()).order(order)) {
            Mat5.newWriter(sink).setDeflateLevel(level).writeMat(mat);
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({
        "LITTLE_ENDIAN, 0, Double",
        "LITTLE_ENDIAN, 9, Double",
        "BIG_ENDIAN, 0, Double",
        "BIG_ENDIAN, 9, Int16",
        "LITTLE_ENDIAN, 9, UInt8",
        "LITTLE_ENDIAN, 0, Int8",
        "LITTLE_ENDIAN, 9, UInt16",
        "LITTLE_ENDIAN, 9, Int32",
        "LITTLE_ENDIAN, 0, UInt32",
        "LITTLE_ENDIAN, 9, Int64",
        "BIG_ENDIAN, 0, Single"
    })
    void readsNumbersOfEveryKind(String order, int level, MatlabType type) throws IOException {
        var file = MatFile.read(write(
                order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                level,
                type,
                1,
                2,
                102,
                7,
                0));
        assertThat(file.integers("labels")).containsExactly(1, 2, 102, 7, 0);
        assertThat(file.integers("y")).containsExactly(7);
    }

    @Test
    void readsFewNumbersThatLieInTheirTag() throws IOException {
        assertThat(MatFile.read(write(ByteOrder.LITTLE_ENDIAN, 0, MatlabType.UInt8, 3, 4))
                        .integers("labels"))
                .containsExactly(3, 4);
    }

    @Test
    void refusesWhatIsNone() throws IOException {
        var file = Files.write(folder.resolve("none.mat"), new byte[10]);
        assertThatThrownBy(() -> MatFile.read(file))
                .hasMessage(file + ": expected a MATLAB file of level 5, found 10 bytes");
        Files.write(file, new byte[200]);
        assertThatThrownBy(() -> MatFile.read(file))
                .hasMessage(file + ": expected a MATLAB file of level 5, found another mark than MI at byte 126");
    }

    @Test
    void refusesFractions() throws IOException {
        var mat = Mat5.newMatFile();
        mat.addArray("half", Mat5.newScalar(0.5));
        var file = folder.resolve("half.mat");
        try (var sink = Sinks.newStreamingFile(file.toFile())) {
            Mat5.newWriter(sink).setDeflateLevel(Deflater.NO_COMPRESSION).writeMat(mat);
        }
        assertThatThrownBy(() -> MatFile.read(file).integers("half"))
                .hasMessage(file + ": expected whole numbers in 'half', found 0.5");
    }

    /// Whatever is cut off or changed, there is one sentence, and never another exception.
    @Test
    void damageGivesASentence() throws IOException {
        byte[] whole = Files.readAllBytes(write(ByteOrder.LITTLE_ENDIAN, 0, MatlabType.Double, 1, 2, 3));
        var file = folder.resolve("damaged.mat");
        for (int at = 124; at < whole.length; at++) {
            for (int value : new int[] {0, 0xff, 0x7f}) {
                byte[] changed = whole.clone();
                changed[at] = (byte) value;
                Files.write(file, changed);
                try {
                    MatFile.read(file);
                } catch (IOException e) {
                    assertThat(e).hasMessageStartingWith(file + ": expected ");
                }
            }
            Files.write(file, java.util.Arrays.copyOf(whole, at));
            try {
                MatFile.read(file);
            } catch (IOException e) {
                assertThat(e).hasMessageStartingWith(file + ": expected ");
            }
        }
    }
}
