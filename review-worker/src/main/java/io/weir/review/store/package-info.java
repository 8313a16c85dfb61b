/**
 * Review jobs in MongoDB: the only room that knows the driver and the shape of the documents. Takes
 * and gives records; decides nothing about what a job should do next and publishes nothing itself.
 */
@NullMarked
package io.weir.review.store;

import org.jspecify.annotations.NullMarked;
