/** Tests of the form of answers: pure. */
@NullMarked
package io.weir.platform.llm.answer;

import org.jspecify.annotations.NullMarked;
