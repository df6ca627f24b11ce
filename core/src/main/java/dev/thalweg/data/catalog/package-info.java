/// Published data sets by name: where they lie, what they must be, under which terms, and how they come
/// here. The one place in Thalweg that downloads anything, and only when it is told to.
@NullMarked
package dev.thalweg.data.catalog;

import org.jspecify.annotations.NullMarked;
