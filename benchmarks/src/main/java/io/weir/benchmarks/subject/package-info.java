/** What is measured: loops on the bare client, the library, a peer. Each does the same work. */
@NullMarked
package io.weir.benchmarks.subject;

import org.jspecify.annotations.NullMarked;
