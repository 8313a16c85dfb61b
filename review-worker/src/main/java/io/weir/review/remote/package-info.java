/**
 * Programs and systems that the worker asks: linters as processes. The code they read is hostile:
 * each call gets an own empty folder, a neutral file name, a cleared environment, our configuration
 * and an end. No store and no broker.
 */
@NullMarked
package io.weir.review.remote;

import org.jspecify.annotations.NullMarked;
