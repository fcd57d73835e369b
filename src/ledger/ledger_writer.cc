// Appends facts and blobs from several threads until it is killed, and prints the id of each fact once it is
// acknowledged. Driven by tests/kill9.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "ledger/ledger.h"

namespace {

void write_facts(groundwork::ledger::Ledger& ledger, const std::string& prefix) {
  for (int i = 0;; ++i) {
    groundwork::ledger::NewFact fact;
    fact.learner = "me";
    fact.id = prefix + "-" + std::to_string(i);
    fact.kind = "lab.graded";
    fact.at = groundwork::base::SystemClock().now();
    const auto blob = ledger.put_blob("submission " + fact.id);
    if (!blob.ok()) std::exit(1);
    fact.data = {{"submission", *blob}, {"padding", std::string(static_cast<std::size_t>(i % 50) * 40, 'x')}};
    if (!ledger.append(fact).ok()) std::exit(1);
    const std::string line = fact.id + "\n";
    // One write of less than PIPE_BUF bytes, so lines of several threads never mix.
    if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: ledger_writer FOLDER PREFIX\n");
    return 2;
  }
  auto ledger = groundwork::ledger::Ledger::open(argv[1]);
  if (!ledger.ok()) {
    std::fprintf(stderr, "%s\n", ledger.error().chain().c_str());
    return 1;
  }
  std::vector<std::jthread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] { write_facts(**ledger, std::string(argv[2]) + "-" + std::to_string(t)); });
  }
  return 0;
}
