package io.weir.enricher;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class WallsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.weir.enricher");

  @Test
  void pure_steps_know_no_effects() {
    noClasses()
        .that()
        .resideInAPackage("..enricher.pipeline..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "..enricher.store..",
                    "..enricher.remote..",
                    "..enricher.handler..",
                    "..enricher.http..",
                    "..enricher.config..",
                    "io.weir.messaging..",
                    "io.weir.platform..",
                    "io.helidon..",
                    "com.mongodb..",
                    "io.nats..",
                    "java.net..",
                    "java.nio.file..",
                    "java.io..")
                // The form of an answer, and finding secrets, are as pure as the steps.
                .and(
                    not(
                        resideInAnyPackage(
                            "io.weir.platform.llm.answer..", "io.weir.messaging.secret.."))))
        .check(CLASSES);
  }

  @Test
  void only_the_store_knows_mongodb_and_nobody_knows_nats() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..enricher.store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.mongodb..", "org.bson..")
        .check(CLASSES);
    noClasses().should().dependOnClassesThat().resideInAnyPackage("io.nats..").check(CLASSES);
  }

  @Test
  void no_room_is_part_of_a_cycle() {
    slices().matching("io.weir.enricher.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void nobody_sleeps_or_reads_the_environment() {
    noClasses().should().callMethod(Thread.class, "sleep", long.class).check(CLASSES);
    noClasses().should().callMethod(System.class, "getenv", String.class).check(CLASSES);
    noClasses().should().callMethod(System.class, "getenv").check(CLASSES);
  }
}
