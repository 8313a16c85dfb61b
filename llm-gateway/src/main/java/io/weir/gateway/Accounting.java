package io.weir.gateway;

import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.usage.Budgets;
import io.weir.gateway.usage.CallRecorder;
import io.weir.gateway.usage.DeadAllowances;
import io.weir.gateway.usage.LedgerWriter;
import io.weir.gateway.usage.UsageSpool;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.runtime.Service;
import io.weir.platform.llm.TokenCounter;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.usage.LlmCalls;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.UsageSweeper;
import io.weir.platform.usage.Users;

/** The parts that count what calls cost, wired together. */
record Accounting(CallRecorder recorder, Budgets budgets, LedgerWriter ledger) {

  static Accounting of(GatewayConfig config, Mongo mongo, Messaging messaging, Service service) {
    var counting = config.usage();
    var spool =
        service.add(
            new UsageSpool(
                counting.folder(),
                counting.keptBytes(),
                counting.ackWait(),
                messaging.publisher()::tryPublishAsync,
                service.meters()));
    var recorder =
        new CallRecorder(
            spool, counting.models(), new TokenCounter(), service.clock(), service.meters());

    mongo.with(LlmCalls.indexes());
    Usage.indexes().forEach(mongo::with);
    var usage = new Usage(mongo, service.name(), counting.budgets().openFor(), service.clock());
    var calls = new LlmCalls(mongo, usage);
    service.add(
        new DeadAllowances(
            spool,
            usage,
            calls,
            mongo::isConnected,
            () -> {
              long ones = messaging.lastSequence(LedgerWriter.ONES.stream());
              long batches = messaging.lastSequence(LedgerWriter.BATCHES.stream());
              return () ->
                  messaging.hasSettled(LedgerWriter.ONES, ones)
                      && messaging.hasSettled(LedgerWriter.BATCHES, batches);
            }));
    var budgets =
        service.add(
            new Budgets(
                usage,
                new Users(mongo, counting.budgets().plan()),
                calls,
                Budgets.Sizes.DEFAULT,
                mongo::isConnected,
                () -> DeadAllowances.work(spool),
                service.clock()));
    service.add(new UsageSweeper(usage, budgets::state, counting.budgets().sweepEvery()));
    return new Accounting(recorder, budgets, new LedgerWriter(calls));
  }
}
