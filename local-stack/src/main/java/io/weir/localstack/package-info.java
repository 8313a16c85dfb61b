/**
 * The platform on one machine, as child processes: nats-server, a MongoDB-wire server with its data
 * on disk, and one Java process a service. This room knows processes, ports and files only; no
 * class of a service, of the messaging library or of the platform library may enter.
 */
@NullMarked
package io.weir.localstack;

import org.jspecify.annotations.NullMarked;
