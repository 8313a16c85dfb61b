/**
 * What the generated classes of {@code io.weir.proto.v1} need beside them: the check that a message
 * keeps the rules written in its {@code .proto} file. Knows protobuf and nothing else of Weir.
 */
@NullMarked
package io.weir.proto;

import org.jspecify.annotations.NullMarked;
