import { BusService, Service } from 'trunkline';

@BusService({ name: 'report.nightly', description: 'Sums up the day' })
export class CreateNightlyReport extends Service<object, { readonly activities: number }> {
  async handle() {
    const recent = await this.invoke('adapter.activity.recent', { user_id: 'USER-1' });
    this.logger.info({ activities: recent.length }, 'the day is summed up');
    return { activities: recent.length };
  }
}
