package dev.thalweg.cli;

import dev.thalweg.data.Augmentation;
import dev.thalweg.data.Flip;
import dev.thalweg.data.ResizedCrop;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import java.util.HashSet;
import java.util.List;

/// Augmentation in a word: `flip,crop:4` or `resized-crop:0.25,flip`.
final class AugmentationSpec {
    private static final List<String> PARTS =
            List.of("none", "flip", "alternating-flip", "crop", "resized-crop", "cutout");

    private AugmentationSpec() {}

    /// @throws IllegalArgumentException with a sentence about what is wrong
    static Augmentation parse(String spec) {
        if (spec.equals("none")) return Augmentation.NONE;
        var flip = Flip.NONE;
        int crop = 0;
        int cutout = 0;
        ResizedCrop resized = null;
        var seen = new HashSet<String>();
        for (String part : spec.split(",", -1)) {
            String[] sides = part.strip().split(":", 2);
            String name = sides[0];
            String value = sides.length > 1 ? sides[1] : "";
            if (!PARTS.contains(name)) throw new IllegalArgumentException(Nearest.unknown("augmentation", name, PARTS));
            if (name.equals("none"))
                throw new IllegalArgumentException("none stands alone, got %s".formatted(Quote.of(spec)));
            String kind = name.equals("alternating-flip") ? "flip" : name;
            if (!seen.add(kind))
                throw new IllegalArgumentException("%s is there twice in %s".formatted(kind, Quote.of(spec)));
            switch (name) {
                case "crop" -> crop = pixels(name, value);
                case "cutout" -> cutout = pixels(name, value);
                case "resized-crop" -> resized = resizedCrop(value);
                default -> {
                    if (sides.length > 1)
                        throw new IllegalArgumentException("%s takes no value, got %s".formatted(name, Quote.of(part)));
                    flip = name.equals("flip") ? Flip.RANDOM : Flip.ALTERNATING;
                }
            }
        }
        return new Augmentation(flip, crop, resized, cutout);
    }

    private static int pixels(String name, String value) {
        if (!value.matches("[1-9]\\d{0,4}"))
            throw new IllegalArgumentException(
                    "%s needs a number of pixels, such as %s:4, got %s".formatted(name, name, Quote.of(value)));
        return Integer.parseInt(value);
    }

    private static ResizedCrop resizedCrop(String value) {
        if (value.isEmpty()) return ResizedCrop.INCEPTION;
        String number = "(?:0?\\.\\d+|1(?:\\.0*)?)";
        if (!value.matches(number + "(?:-" + number + ")?"))
            throw new IllegalArgumentException(
                    "resized-crop takes the least share of the picture's area, and perhaps the greatest, such as"
                            + " resized-crop:0.25 or resized-crop:0.25-0.9, got %s".formatted(Quote.of(value)));
        String[] bounds = value.split("-");
        return new ResizedCrop(Double.parseDouble(bounds[0]), bounds.length > 1 ? Double.parseDouble(bounds[1]) : 1);
    }

    /// The shortest spec of `augmentation`, for people.
    static String describe(Augmentation augmentation) {
        var parts = new java.util.ArrayList<String>();
        var resized = augmentation.resizedCrop();
        if (resized != null)
            parts.add("resized-crop:" + Text.plain(resized.smallest())
                    + (resized.largest() < 1 ? "-" + Text.plain(resized.largest()) : ""));
        switch (augmentation.flip()) {
            case RANDOM -> parts.add("flip");
            case ALTERNATING -> parts.add("alternating-flip");
            case NONE -> {}
        }
        if (augmentation.cropPadding() > 0) parts.add("crop:" + augmentation.cropPadding());
        if (augmentation.cutout() > 0) parts.add("cutout:" + augmentation.cutout());
        return parts.isEmpty() ? "none" : String.join(",", parts);
    }
}
