package io.weir.cli.check;

import static io.weir.cli.check.Answers.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.cli.check.SourceFile.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReviewCheckTest {

  private static final String KEY = "key-0123456789";
  private static final SourceFile FILE =
      new SourceFile(
          "a.py",
          "python",
          "import os\nTOKEN = \"" + KEY + "\"\nprint(amuont)\n",
          "pylint",
          List.of(new Fault("amuont", "amuont")),
          KEY);
  private static final String SECRET =
      "{'file':'a.py','start_line':2,'start_column':10,'severity':'critical','category':'security','rule':'token','message':'A key'}";
  private static final String FAULT =
      "{'file':'a.py','start_line':3,'start_column':7,'severity':'high','category':'bug','rule':'undefined-variable','message':'Undefined variable amuont'}";

  private static Verdict judged(String findings, String lint) {
    String body =
        "{'status':'completed','results':{'findings':[%s],'lint_result':{'summary':'%s'}}}"
            .formatted(findings, lint);
    return ReviewCheck.of(FILE, json(body), body);
  }

  @Test
  void aReviewThatFindsTheKeyAndTheFaultAtTheirPlacesIsFine() {
    assertEquals(List.of(), judged(SECRET + "," + FAULT, "pylint 3: 1 issue").problems());
  }

  @Test
  void aKeyThatWasNotFoundIsAProblem() {
    assertEquals(
        List.of("the planted key at a.py:2 was not found"),
        judged(FAULT, "pylint 3: 1 issue").problems());
  }

  @Test
  void aKeyThatComesBackInTheClearIsAProblemWhereverItStands() {
    assertEquals(
        List.of("the planted key came back in the clear with the job"),
        judged(SECRET + "," + FAULT, "pylint 3: 1 issue about " + KEY).problems());
  }

  @Test
  void aFaultOnTheWrongLineIsAProblem() {
    assertEquals(
        List.of("no finding about amuont at a.py:3"),
        judged(SECRET + "," + FAULT.replace("'start_line':3", "'start_line':1"), "").problems());
  }

  @Test
  void theFindingsOfALinterThatIsNotThereAreNotDemandedAndThatIsSaid() {
    Verdict verdict = judged(SECRET, "not linted by pylint: it is not installed");
    assertTrue(verdict.isOk());
    assertEquals(
        List.of(
            "a.py was not linted by pylint: it is not installed; its findings are not demanded"),
        verdict.notes());
  }

  @Test
  void aLinterThatWasStoppedIsAProblem() {
    assertEquals(
        List.of("a.py was not linted: pylint was stopped after 10 s"),
        judged(SECRET, "not linted: pylint was stopped after 10 s").problems());
  }

  @Test
  void aFindingOnALineThatDoesNotExistIsAProblem() {
    String stray = FAULT.replace("'start_line':3", "'start_line':4");
    assertEquals(
        List.of(
            "a finding stands on no line: a.py:4:7: high: Undefined variable amuont [undefined-variable]"),
        judged(SECRET + "," + FAULT + "," + stray, "pylint 3").problems());
  }

  @Test
  void aJobThatFailedIsAProblemWithItsReason() {
    String body = "{'status':'failed','error':'no model'}";
    assertEquals(
        List.of("the job of a.py is failed (no model)"),
        ReviewCheck.of(FILE, json(body), body).problems());
  }
}
