/** Tests of the store of jobs, on every server that stores are tested on. */
@NullMarked
package io.weir.review.store;

import org.jspecify.annotations.NullMarked;
