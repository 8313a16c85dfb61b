/** Tests of settings and profiles, on files in temporary folders. */
@NullMarked
package io.weir.enricher.config;

import org.jspecify.annotations.NullMarked;
