package dev.thalweg.report.tensorboard;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.SessionLog;

class EventFileTest {
    @TempDir
    Path folder;

    /// CRC-32C's published check value is e3069283, and that of 32 zeros (RFC 3720, B.4) 8a9136aa. Rotated right by
    /// 15 bits, by hand: e3069283 → 2507c60d and 8a9136aa → 6d551522; plus a282ead8.
    @Test
    void checksumsAreMasked() {
        var crc = new CRC32C();
        crc.update("123456789".getBytes(US_ASCII));
        assertThat((int) crc.getValue()).isEqualTo(0xe3069283);
        assertThat(EventFile.mask(0xe3069283)).isEqualTo(0x2507c60d + 0xa282ead8);
        crc.reset();
        crc.update(new byte[32]);
        assertThat((int) crc.getValue()).isEqualTo(0x8a9136aa);
        assertThat(EventFile.mask(0x8a9136aa)).isEqualTo(0x6d551522 + 0xa282ead8);
    }

    /// The beginning that every event file has: 24 bytes follow, whose length has the checksum 224b7fa3; then
    /// the time, and field 3, a text of 13 bytes.
    @Test
    void beginsWithItsVersion() throws IOException {
        var file = EventFile.create(folder);
        file.close();
        String bytes = HexFormat.of().formatHex(Files.readAllBytes(file.path()));
        assertThat(bytes)
                .startsWith("1800000000000000" + "a37f4b22" + "09")
                .contains("1a0d" + HexFormat.of().formatHex("brain.Event:2".getBytes(US_ASCII)))
                .hasSize(2 * (8 + 4 + 24 + 4));
        assertThat(Records.read(file.path()))
                .singleElement()
                .satisfies(event -> assertThat(event.getFileVersion()).isEqualTo("brain.Event:2"));
        assertThat(file.path().getFileName().toString()).matches("events\\.out\\.tfevents\\.\\d{10}\\.[\\w.-]+\\.\\d+");
    }

    @Test
    void valuesAreReadAsTheyWereWritten() throws IOException {
        var file = EventFile.create(folder);
        var summary = file.summary(7);
        Summary.scalar(summary, Summary.tag("loss/train"), 0.25);
        Summary.scalar(summary, Summary.tag("é"), Double.NaN);
        file.write();
        Summary.histogram(
                file.summary(1L << 40), Summary.tag("weights"), Histogram.of(new float[] {-1, 0, 0.5f, Float.NaN, 1}));
        file.write();
        var grid = new Grid(3, 5, 7, 3);
        Summary.image(file.summary(8), Summary.tag("picture"), grid.height(), grid.width(), 3, grid.png());
        file.write();
        Summary.text(file.summary(9), Summary.tag("recipe"), "a *text*");
        file.write();
        file.purge(6);
        file.close();

        var events = Records.read(file.path());
        assertThat(events).hasSize(6);
        assertThat(events.get(1).getStep()).isEqualTo(7);
        assertThat(events.get(1).getWallTime()).isBetween(1.7e9, 1e11);
        assertThat(events.get(1).getSummary().getValue(0).getTag()).isEqualTo("loss/train");
        assertThat(events.get(1).getSummary().getValue(0).getSimpleValue()).isEqualTo(0.25f);
        assertThat(events.get(1).getSummary().getValue(1).getTag()).isEqualTo("é");
        assertThat(events.get(1).getSummary().getValue(1).getSimpleValue()).isNaN();

        assertThat(events.get(2).getStep()).isEqualTo(1L << 40);
        var histogram = events.get(2).getSummary().getValue(0).getHisto();
        assertThat(histogram.getMin()).isEqualTo(-1);
        assertThat(histogram.getMax()).isEqualTo(1);
        assertThat(histogram.getNum()).isEqualTo(4);
        assertThat(histogram.getSum()).isEqualTo(0.5);
        assertThat(histogram.getSumSquares()).isEqualTo(2.25);
        assertThat(histogram.getBucketLimitList())
                .hasSize(64)
                .isSorted()
                .startsWith(-0.96875)
                .endsWith(1.0);
        // −1 in the first of 64 buckets, 0 in the first above the middle, ½ sixteen further, 1 in the last.
        for (int i = 0; i < 64; i++)
            assertThat(histogram.getBucket(i)).isEqualTo(i == 0 || i == 32 || i == 48 || i == 63 ? 1 : 0);

        var image = events.get(3).getSummary().getValue(0).getImage();
        var picture = ImageIO.read(image.getEncodedImageString().newInput());
        assertThat(image.getColorspace()).isEqualTo(3);
        // Two by two cells of five by seven pixels, each enlarged five times, with a pixel between.
        assertThat(image.getWidth()).isEqualTo(picture.getWidth()).isEqualTo(2 * 5 * 7 + 1);
        assertThat(image.getHeight()).isEqualTo(picture.getHeight()).isEqualTo(2 * 5 * 5 + 1);

        var text = events.get(4).getSummary().getValue(0);
        assertThat(text.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
        assertThat(text.getTensor().getTensorShape().getDim(0).getSize()).isEqualTo(1);
        assertThat(text.getTensor().getStringVal(0).toStringUtf8()).isEqualTo("a *text*");

        assertThat(events.get(5).getStep()).isEqualTo(6);
        assertThat(events.get(5).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
    }

    /// Records on both sides of what is held in memory before it is written.
    @Test
    void largeAndSmallRecordsKeepTheirOrder() throws IOException {
        var file = EventFile.create(folder);
        for (int step = 1; step <= 30; step++) {
            Summary.text(file.summary(step), Summary.tag("t"), "x".repeat(step * 5003));
            file.write();
        }
        file.close();
        var events = Records.read(file.path());
        assertThat(events).hasSize(31);
        for (int step = 1; step <= 30; step++) {
            assertThat(events.get(step).getStep()).isEqualTo(step);
            assertThat(events.get(step)
                            .getSummary()
                            .getValue(0)
                            .getTensor()
                            .getStringVal(0)
                            .size())
                    .isEqualTo(step * 5003);
        }
    }

    @Test
    void twoFilesOfOneProcessHaveTheirOwnNames() throws IOException {
        assertThat(EventFile.any(folder)).isFalse();
        try (var one = EventFile.create(folder);
                var two = EventFile.create(folder)) {
            assertThat(one.path()).isNotEqualTo(two.path());
        }
        assertThat(EventFile.any(folder)).isTrue();
        assertThat(EventFile.any(folder.resolve("none"))).isFalse();
    }

    @Test
    void aHistogramOfOneValueIsOneBucket() {
        var same = Histogram.of(new float[] {3, 3, 3});
        assertThat(same.limits()).containsExactly(3);
        assertThat(same.counts()).containsExactly(3);
        assertThat(Histogram.of(new float[] {Float.NaN, Float.POSITIVE_INFINITY})
                        .count())
                .isZero();
    }
}
