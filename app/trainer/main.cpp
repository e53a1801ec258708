// SPDX-License-Identifier: Apache-2.0
#include "app/trainer/digits.h"
#include "core/graph/error.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

int main(int argc, char **argv)
{
    CLI::App app("Tinsmith's trainer");
    app.require_subcommand(1);
    tinsmith::DigitsCommand digits;
    CLI::App *const command
        = app.add_subcommand("digits", "Train the built-in example, a classifier of handwritten digits");
    command->add_option("--data", digits.data, "Folder with the four MNIST files (IDX, gzip)")->required();
    command->add_option("--out", digits.out, "Folder for the models and the samples")->required();
    command->add_option("--epochs", digits.training.epochs, "Passes over the training images")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command->add_option("--seed", digits.training.seed, "Seed of everything random")
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option("--stride-share", digits.training.strideShare,
            "Share of batches in which a pooling is replaced by a stride")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        tinsmith::run(digits);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
    return 0;
}
