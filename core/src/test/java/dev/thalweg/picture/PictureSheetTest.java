package dev.thalweg.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.Fixtures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureSheetTest {

    /// A grey one among coloured ones becomes coloured; the last place of a row that is not full is black.
    @Test
    void greyAndColourLieSideBySide() throws IOException {
        var red = new Picture(1, 2, 3, Fixtures.bytes(255, 0, 0, 200, 10, 20));
        var grey = new Picture(1, 2, 1, Fixtures.bytes(7, 9));
        var sheet = PictureSheet.of(List.of(red, grey, red), 2, 1_000_000);
        assertThat(sheet.png()).isTrue();
        assertThat(List.of(sheet.width(), sheet.height(), sheet.columns())).containsExactly(1, 2, 2);
        var image = ImageIO.read(new ByteArrayInputStream(sheet.bytes()));
        assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(2, 4);
        int[][] expected = {{0xff0000, 0x070707}, {0xc80a14, 0x090909}, {0xff0000, 0}, {0xc80a14, 0}};
        for (int y = 0; y < 4; y++)
            for (int x = 0; x < 2; x++)
                assertThat(image.getRGB(x, y) & 0xffffff).as(x + ", " + y).isEqualTo(expected[y][x]);
    }

    @Test
    void picturesOfTwoSizesAreRefused() {
        var pictures = List.of(Fixtures.noise(3, 4, 1, 1), Fixtures.noise(4, 3, 1, 1));
        assertThatThrownBy(() -> PictureSheet.of(pictures, 8, 1000))
                .hasMessage("the pictures of a sheet must have one size, got 3×4 and 4×3");
    }

    @ParameterizedTest
    @CsvSource({"640, 480, 128, 96", "100, 50, 100, 50", "1, 1000, 1, 128", "128, 128, 128, 128", "129, 128, 128, 127"})
    void sizesShrinkWithTheirShape(int width, int height, int toWidth, int toHeight) {
        assertThat(PictureSheet.within(new Dimensions(width, height), 128))
                .isEqualTo(new Dimensions(toWidth, toHeight));
    }
}
