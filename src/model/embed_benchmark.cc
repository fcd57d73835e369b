// Embeds the lines of a file again and again: embed_benchmark MODEL TEXTS [THREADS]; prints texts a second as JSON.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "base/json.h"
#include "model/local_embedder.h"

int main(int count, char** arguments) {
  using groundwork::model::LocalEmbedder;
  if (count < 3) {
    std::cerr << "expected: embed_benchmark MODEL TEXTS [THREADS [VECTORS]]\n";
    return 2;
  }
  std::vector<std::string> texts;
  std::ifstream file(arguments[2]);
  for (std::string line; std::getline(file, line);) texts.push_back(line);
  const std::size_t threads = count > 3 ? std::stoul(arguments[3]) : 2;
  auto embedder = LocalEmbedder::open(arguments[1], {.threads = threads});
  if (!embedder.ok()) {
    std::cerr << embedder.error().text() << '\n';
    return 1;
  }
  const auto vectors = (*embedder)->embed(texts).value();  // warm
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    const auto start = std::chrono::steady_clock::now();
    const auto again = (*embedder)->embed(texts).value();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (again != vectors) return 1;
  }
  std::printf(
      "{\"texts\": %zu, \"threads\": %zu, \"seconds\": %.4f, \"texts_per_second\": %.1f, \"instructions\": \"%s\"}\n",
      texts.size(), threads, best, static_cast<double>(texts.size()) / best,
      std::string(to_string((*embedder)->encoder().instructions())).c_str());
  if (count > 4) {
    std::ofstream out(arguments[4], std::ios::binary);
    for (const auto& vector : vectors) {
      out.write(reinterpret_cast<const char*>(vector.data()),
                static_cast<std::streamsize>(vector.size() * sizeof(float)));
    }
  }
}
