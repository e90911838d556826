#include "tools/command_table.h"

namespace tally::tools {

std::vector<Command> CommandTable() {
  std::vector<Command> table;
  // clang-format off
  for (const auto& group :
       {InitCommands, StatusCommands, KeyCommands, LogKeyCommands, ServiceKeyCommands,
        PartyCommands, PartyRoleCommands, FeedCommands, DocumentCommands, AppendCommands,
        LogCommands, ProofCommands, TileCommands, WitnessCommands, PackCommands, StampCommands,
        TimeCommands, VerifyCommands, EraseCommands, BackupCommands, SalvageCommands,
        ImportCommands, TermsCommands, AgreementCommands, AmendmentCommands, TargetCommands,
        DisputeCommands, SettlementCommands, ForumCommands, RulingCommands, RestatementCommands,
        ExclusionCommands, MatterCommands, BalanceCommands, InvoiceCommands, RightCommands,
        ReplayCommands, CompareCommands, ProjectCommands, WindowCommands, HelpCommands}) {
    // clang-format on
    const std::vector<Command> commands = group();
    table.insert(table.end(), commands.begin(), commands.end());
  }
  return table;
}

}  // namespace tally::tools
