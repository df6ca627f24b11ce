package dev.thalweg.data;

import java.util.AbstractList;
import java.util.List;

/// Some files of a list, by number.
final class PickedFiles extends AbstractList<StoredFile> {
    private final List<StoredFile> all;
    private final int[] indices;

    PickedFiles(List<StoredFile> all, int[] indices) {
        this.all = all;
        this.indices = indices;
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public StoredFile get(int i) {
        return all.get(indices[i]);
    }
}
