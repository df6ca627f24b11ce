package dev.thalweg.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One way in which a folder or archive can hold a data set.
@FunctionalInterface
interface Format {

    /// The data set in `tree`, or null if this format's files are not there. Closing the data set
    /// closes the tree.
    ///
    /// @throws MalformedFile if they are there and wrong
    @Nullable
    DataSet open(String name, FileTree tree, SplitOptions options) throws IOException;
}
